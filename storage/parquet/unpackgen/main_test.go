package main

import (
	"bytes"
	"os"
	"testing"
)

// TestCommitted: the file in the tree is what the generator writes.
func TestCommitted(t *testing.T) {
	want, err := generate()
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../unpack_widths.go")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("unpack_widths.go is stale: run go generate ./storage/parquet")
	}
}
