package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/inlaydb/inlay/cmd/inlay/config"
	"github.com/inlaydb/inlay/engine"
	"github.com/inlaydb/inlay/wire"
)

// drainTime is how long running statements may go on after SIGTERM. With what
// closing takes the process is gone within 10 s.
const drainTime = 8 * time.Second

// runServe serves until ctx ends. ready, if not nil, is called once the engine
// is open and the address is bound, before clients are let in.
func runServe(ctx context.Context, std stdio, cfg *config.Serve, ready func(*engine.Engine, net.Addr) error) (err error) {
	log := cfg.Logger(std.err)
	auth, err := readPasswords(cfg.PasswordFile)
	if err != nil {
		return err
	}
	tlsConfig, err := loadTLS(cfg)
	if err != nil {
		return err
	}
	if err := makeDataDir(cfg.Data); err != nil {
		return err
	}
	e, err := engine.Open(ctx, engine.Config{
		DataDir: cfg.Data, MemoryLimit: cfg.Memory, Threads: cfg.Threads, TempDir: cfg.TempDir, TempQuota: cfg.TempLimit, RemoteCache: cfg.Cache,
		AllowPaths: cfg.AllowPaths, AnyPath: cfg.Trusted(), Log: log,
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, e.Close()) }()

	l, err := new(net.ListenConfig).Listen(ctx, "tcp", cfg.Listen)
	if err != nil {
		return err
	}
	defer l.Close() // Serve has closed it already unless it was never called
	if ready != nil {
		if err := ready(e, l.Addr()); err != nil {
			return err
		}
	}
	server := wire.NewServer(wire.Config{Engine: e, Log: log, TLS: tlsConfig, Auth: auth, MaxConnections: cfg.MaxConnections})
	if err := sayReady(std.out, cfg, l.Addr()); err != nil {
		return err
	}
	err = server.Serve(ctx, l)
	log.Info("stopping: running statements may finish", "for", drainTime)
	drain, done := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer done()
	server.Shutdown(drain)
	log.Info("stopped")
	return err
}

// sayReady prints the one line that scripts wait for.
func sayReady(w io.Writer, cfg *config.Serve, addr net.Addr) error {
	var parts []string
	if cfg.InMemory {
		parts = append(parts, "tables in memory")
	} else {
		parts = append(parts, "data in "+cfg.Data)
	}
	if cfg.PasswordFile != "" {
		parts = append(parts, "passwords demanded (SCRAM-SHA-256)")
	} else {
		parts = append(parts, "trusting this machine's users")
	}
	if cfg.TLSCert != "" {
		parts = append(parts, "TLS offered")
	}
	if !cfg.Trusted() {
		opens := append([]string{}, cfg.AllowPaths...)
		if cfg.Data != "" {
			opens = append([]string{cfg.Data}, opens...)
		}
		if len(opens) == 0 {
			parts = append(parts, "no files may be opened")
		} else {
			parts = append(parts, "files opened only below "+strings.Join(opens, ", "))
		}
	}
	_, err := fmt.Fprintf(w, "inlay %s ready on %s: %s\n", versionText(), addr, strings.Join(parts, "; "))
	return err
}

func makeDataDir(dir string) error {
	if dir == "" {
		return nil
	}
	abs, err := filepath.Abs(dir)
	if err == nil {
		err = os.MkdirAll(abs, 0o700)
	}
	if err != nil {
		return fmt.Errorf("--data: %w", err)
	}
	return nil
}

func readPasswords(path string) (_ *wire.Authenticator, err error) {
	if path == "" {
		return nil, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("--password-file: %w", err)
	}
	defer f.Close() // read only: nothing is lost
	auth, err := wire.ReadPasswords(f)
	if err != nil {
		return nil, fmt.Errorf("--password-file: %s: %w", path, err)
	}
	return auth, nil
}

func loadTLS(cfg *config.Serve) (*tls.Config, error) {
	if cfg.TLSCert == "" {
		return nil, nil
	}
	cert, err := tls.LoadX509KeyPair(cfg.TLSCert, cfg.TLSKey)
	if err != nil {
		return nil, fmt.Errorf("--tls-cert, --tls-key: %w", err)
	}
	return &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}, nil
}
