package wire

import (
	"bufio"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/pgproto3"
	"github.com/xdg-go/scram"

	"github.com/inlaydb/inlay/catalog/sqlerr"
)

// mechanism is the only password exchange that is offered.
const mechanism = "SCRAM-SHA-256"

// Authenticator holds the SCRAM verifiers of users.
type Authenticator struct {
	users map[string]scram.StoredCredentials
	decoy scram.StoredCredentials // for users that do not exist, so that both take the same steps
}

// scramIterations is Postgres's default.
const scramIterations = 4096

// ReadPasswords reads lines `user:password`; a password that is a verifier as
// Postgres keeps it (SCRAM-SHA-256$…) is taken as one. Lines that are empty
// or start with # are passed over.
func ReadPasswords(r io.Reader) (*Authenticator, error) {
	a := &Authenticator{users: map[string]scram.StoredCredentials{}}
	sc := bufio.NewScanner(r)
	for n := 1; sc.Scan(); n++ {
		line := strings.TrimRight(sc.Text(), "\r")
		if strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#") {
			continue
		}
		user, password, ok := strings.Cut(line, ":")
		if !ok || user == "" || password == "" {
			return nil, fmt.Errorf("password file, line %d: want user:password", n)
		}
		cred, err := verifier(user, password)
		if err != nil {
			return nil, fmt.Errorf("password file, line %d: %w", n, err)
		}
		a.users[user] = cred
	}
	if err := sc.Err(); err != nil {
		return nil, fmt.Errorf("password file: %w", err)
	}
	if len(a.users) == 0 {
		return nil, errors.New("password file: no user in it")
	}
	var err error
	a.decoy, err = derive("", rand.Text())
	return a, err
}

// verifier is the stored form of a password.
func verifier(user, password string) (scram.StoredCredentials, error) {
	rest, ok := strings.CutPrefix(password, mechanism+"$")
	if !ok {
		return derive(user, password)
	}
	var cred scram.StoredCredentials
	bad := errors.New("malformed SCRAM verifier")
	head, keys, ok := strings.Cut(rest, "$")
	iters, salt, ok1 := strings.Cut(head, ":")
	stored, server, ok2 := strings.Cut(keys, ":")
	if !ok || !ok1 || !ok2 {
		return cred, bad
	}
	var err error
	if cred.Iters, err = strconv.Atoi(iters); err != nil {
		return cred, bad
	}
	for _, f := range []struct {
		from string
		to   *[]byte
	}{{stored, &cred.StoredKey}, {server, &cred.ServerKey}} {
		if *f.to, err = base64.StdEncoding.DecodeString(f.from); err != nil {
			return cred, bad
		}
	}
	raw, err := base64.StdEncoding.DecodeString(salt)
	if err != nil {
		return cred, bad
	}
	cred.Salt = string(raw)
	return cred, nil
}

func derive(user, password string) (scram.StoredCredentials, error) {
	client, err := scram.SHA256.NewClient(user, password, "")
	if err != nil { // a password that SASLprep refuses is used as it is, like Postgres does
		if client, err = scram.SHA256.NewClientUnprepped(user, password, ""); err != nil {
			return scram.StoredCredentials{}, err
		}
	}
	var salt [16]byte
	if _, err := rand.Read(salt[:]); err != nil {
		return scram.StoredCredentials{}, err
	}
	return client.GetStoredCredentialsWithError(scram.KeyFactors{Salt: string(salt[:]), Iters: scramIterations})
}

// authenticate runs the SCRAM exchange; without an Authenticator everybody is trusted.
func (c *conn) authenticate(user string) error {
	a := c.srv.cfg.Auth
	if a == nil {
		return nil
	}
	failed := sqlerr.New(sqlerr.InvalidPassword, "password authentication failed for user %q", user)
	cred, known := a.users[user]
	if !known {
		cred = a.decoy
	}
	server, err := scram.SHA256.NewServer(func(string) (scram.StoredCredentials, error) { return cred, nil })
	if err != nil {
		return err
	}
	talk := server.NewConversation()
	c.send(&pgproto3.AuthenticationSASL{AuthMechanisms: []string{mechanism}})
	if err := c.flush(); err != nil {
		return err
	}
	if err := c.backend.SetAuthType(pgproto3.AuthTypeSASL); err != nil {
		return err
	}
	msg, err := c.backend.Receive()
	if err != nil {
		return err
	}
	first, ok := msg.(*pgproto3.SASLInitialResponse)
	if !ok || first.AuthMechanism != mechanism {
		return sqlerr.New(sqlerr.ProtocolViolation, "client selected an invalid SASL authentication mechanism")
	}
	// libpq sends an empty user name here; the startup message's counts.
	challenge, err := talk.Step(string(first.Data))
	if err != nil {
		return failed
	}
	c.send(&pgproto3.AuthenticationSASLContinue{Data: []byte(challenge)})
	if err := c.flush(); err != nil {
		return err
	}
	if err := c.backend.SetAuthType(pgproto3.AuthTypeSASLContinue); err != nil {
		return err
	}
	if msg, err = c.backend.Receive(); err != nil {
		return err
	}
	last, ok := msg.(*pgproto3.SASLResponse)
	if !ok {
		return sqlerr.New(sqlerr.ProtocolViolation, "expected SASL response, got %T", msg)
	}
	final, err := talk.Step(string(last.Data))
	if err != nil || !talk.Valid() || !known {
		c.srv.cfg.Log.Info("authentication failed", "user", user, "remote", c.net.RemoteAddr().String())
		return failed
	}
	c.send(&pgproto3.AuthenticationSASLFinal{Data: []byte(final)})
	return nil
}

// NewVerifier is the form in which a password can be kept in a password file.
func NewVerifier(user, password string) (string, error) {
	cred, err := derive(user, password)
	if err != nil {
		return "", err
	}
	b64 := base64.StdEncoding.EncodeToString
	return fmt.Sprintf("%s$%d:%s$%s:%s", mechanism, cred.Iters, b64([]byte(cred.Salt)), b64(cred.StoredKey), b64(cred.ServerKey)), nil
}
