package sqllogictest

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

const adminTimeout = 60 * time.Second

// isolate gives the file its schema or database and sets f.config and f.init
// for its connections. The function it returns takes everything away again.
func (f *fileRun) isolate(ctx context.Context, config *pgconn.Config) (drop func(), err error) {
	f.config, f.init = config, slices.Clone(f.opts.Init)
	if f.opts.Isolation == IsolateNone {
		return func() {}, nil
	}
	sum := md5.Sum([]byte(filepath.ToSlash(f.path)))
	name := fmt.Sprintf("slt_%d_%s", os.Getpid(), hex.EncodeToString(sum[:4]))
	admin, err := openSession(ctx, config.Copy(), f.opts.Init, f.opts.ConnectWait)
	if err != nil {
		return nil, err
	}
	var before, create, after []string
	if f.opts.Isolation == IsolateDatabase {
		before = []string{"DROP DATABASE IF EXISTS " + name}
		create = []string{"CREATE DATABASE " + name}
		after = []string{"DROP DATABASE IF EXISTS " + name + " WITH (FORCE)"}
		f.config.Database = name
	} else {
		// Schemas that the file creates by name would outlive it.
		for _, s := range append([]string{name}, f.createdSchemas()...) {
			before = append(before, "DROP SCHEMA IF EXISTS "+s+" CASCADE")
		}
		create = []string{"CREATE SCHEMA " + name}
		after = before
		f.schema = name
		f.init = append(f.init, "SET search_path TO "+name+", public")
	}
	for _, sql := range before {
		admin.run(ctx, sql, false, adminTimeout) // nothing to drop is as good
	}
	for _, sql := range create {
		if o := admin.run(ctx, sql, false, adminTimeout); o.failed() {
			admin.close()
			return nil, fmt.Errorf("%s: %s", sql, o.err)
		}
	}
	return func() {
		ctx := context.WithoutCancel(ctx) // clean up even if the run was cancelled
		for _, sql := range after {
			admin.run(ctx, sql, false, adminTimeout)
		}
		admin.close()
	}, nil
}

var (
	createSchema = regexp.MustCompile(`(?i)create\s+schema\s+(?:if\s+not\s+exists\s+)?("[^"]+"|[a-z_]\w*)`)
	keptSchemas  = []string{"if", "authorization", "public", "pg_catalog", "information_schema", "pg_toast", "main"}
)

func (f *fileRun) createdSchemas() []string {
	var names []string
	for i := range f.steps {
		if !f.steps[i].isTest() {
			continue
		}
		for _, m := range createSchema.FindAllStringSubmatch(f.steps[i].sql, -1) {
			if !slices.Contains(keptSchemas, strings.ToLower(m[1])) && !slices.Contains(names, m[1]) {
				names = append(names, m[1])
			}
		}
	}
	slices.Sort(names)
	return names
}
