package eval

import (
	"github.com/inlaydb/inlay/catalog/jsonpath"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	paths "github.com/inlaydb/inlay/engine/eval/jsonpath"
	"github.com/inlaydb/inlay/engine/eval/jsontext"
	"github.com/inlaydb/inlay/storage/column"
)

func init() {
	for _, tz := range []string{"", "_tz"} {
		register(map[string]builder{
			"jsonb_path_exists" + tz:      jsonPathCall(pathExists),
			"jsonb_path_match" + tz:       jsonPathCall(pathMatch),
			"jsonb_path_query_array" + tz: jsonPathCall(pathArray),
			"jsonb_path_query_first" + tz: jsonPathCall(pathFirst),
		})
	}
	register(map[string]builder{
		"jsonb_path_exists_opr": jsonPathCall(pathExists),
		"jsonb_path_match_opr":  jsonPathCall(pathMatch),
	})
}

// Paths keeps the paths that a worker has read.
type Paths struct {
	last string
	path *jsonpath.Path
}

// Read is jsonpath.Parse of a text that is a path.
func (p *Paths) Read(s string) (*jsonpath.Path, error) {
	if p.path != nil && p.last == s {
		return p.path, nil
	}
	path, err := jsonpath.Parse(s)
	if err == nil {
		p.last, p.path = s, path
	}
	return path, err
}

// Vars is a vars argument: an object.
func (p *Paths) Vars(s string) (jsontext.Value, error) {
	v := jsontext.Parse(s)
	if v.Kind != '{' {
		return v, sqlerr.New(sqlerr.InvalidParameterValue, "\"vars\" argument is not an object").
			WithDetail("Jsonpath parameters should be encoded as key-value pairs of \"vars\" object.")
	}
	return v, nil
}

// Suppressed says whether a silent call gives nothing instead of an error: one
// of the data's, not one of the path's.
func Suppressed(err error) bool {
	e, ok := sqlerr.As(err)
	return ok && len(e.Code) == 5 && e.Code[:2] == "22"
}

// pathResult sets row i of a call to what a path gives.
type pathResult func(c *call, i int, p *jsonpath.Path, doc, vars jsontext.Value) error

// jsonPathCall is f(document, path [, vars [, silent]]). The operators, which
// have no silent, are.
func jsonPathCall(f pathResult) builder {
	return func(cp *compiler, s *signature) (node, error) {
		var known Paths
		operator := len(s.argt) == 2
		return s.node(cp, func(c *call) error {
			doc, path := c.text(0), c.text(1)
			return c.each(func(i int) error {
				p, err := known.Read(string(path.At(i)))
				if err != nil {
					return err
				}
				vars, silent := jsontext.Value{Kind: '{'}, operator
				if len(c.args) > 2 {
					v := c.text(2)
					if vars, err = known.Vars(string(v.At(i))); err != nil {
						return err
					}
				}
				if len(c.args) > 3 {
					silent = column.At[uint8](c.args[3], i) != 0
				}
				err = f(c, i, p, jsontext.Parse(string(doc.At(i))), vars)
				if err != nil && silent && Suppressed(err) {
					c.null(i)
					return nil
				}
				return err
			})
		}), nil
	}
}

func pathExists(c *call, i int, p *jsonpath.Path, doc, vars jsontext.Value) error {
	_, ok, err := paths.First(p, doc, vars)
	c.putBool(i, ok)
	return err
}

func pathMatch(c *call, i int, p *jsonpath.Path, doc, vars jsontext.Value) error {
	list, err := paths.Query(p, doc, vars)
	if err != nil {
		return err
	}
	if len(list) == 1 {
		switch list[0].Kind {
		case 't', 'f':
			c.putBool(i, list[0].Kind == 't')
			return nil
		case 'n':
			c.null(i)
			return nil
		}
	}
	return sqlerr.New("22038", "single boolean result is expected")
}

func pathArray(c *call, i int, p *jsonpath.Path, doc, vars jsontext.Value) error {
	list, err := paths.Query(p, doc, vars)
	if err != nil {
		return err
	}
	off := c.begin()
	c.s.heap = jsontext.Value{Kind: '[', Items: list}.Append(c.s.heap)
	c.end(i, off)
	return nil
}

func pathFirst(c *call, i int, p *jsonpath.Path, doc, vars jsontext.Value) error {
	v, ok, err := paths.First(p, doc, vars)
	if err != nil {
		return err
	}
	if !ok {
		c.null(i)
		return nil
	}
	off := c.begin()
	c.s.heap = v.Append(c.s.heap)
	c.end(i, off)
	return nil
}

// PathRows is jsonb_path_query's items as rows of one column.
func PathRows(a []types.Datum) ([][]types.Datum, error) {
	var known Paths
	p, err := known.Read(a[1].S)
	if err != nil {
		return nil, err
	}
	vars := jsontext.Value{Kind: '{'}
	if len(a) > 2 {
		if vars, err = known.Vars(a[2].S); err != nil {
			return nil, err
		}
	}
	list, err := paths.Query(p, jsontext.Parse(a[0].S), vars)
	if err != nil && len(a) > 3 && a[3].True() && Suppressed(err) {
		err = nil
	}
	rows := make([][]types.Datum, len(list))
	for i, v := range list {
		rows[i] = []types.Datum{types.Text(string(v.Append(nil)))}
	}
	return rows, err
}
