// Package jsontext works on JSON text: what the operators of json and jsonb
// do. json keeps its text as it was written and jsonb comes in its canonical
// text, so that a part of a document is a part of its text in both.
//
// Documents are valid: catalog/types has checked them when they were read.
package jsontext
