package main

import "context"

func serveCommand(_ context.Context, _ stdio, _ []string) error { return usagef("x") }
func queryCommand(_ context.Context, _ stdio, _ []string) error { return usagef("x") }
func demoCommand(_ context.Context, _ stdio, _ []string) error  { return usagef("x") }
