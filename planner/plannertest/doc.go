// Package plannertest plans SQL for tests: parser, binder and rules over
// declared tables, with an evaluator that folds the constants that the
// benchmarks' queries have, since the engine's is out of reach from here.
package plannertest
