package binder

import (
	"strings"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/function"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/planner/ast"
	"github.com/inlaydb/inlay/planner/explain"
	"github.com/inlaydb/inlay/planner/logical"
	"github.com/inlaydb/inlay/planner/scalar"
)

// partitionBy makes a table a partitioned one.
func (b *binder) partitionBy(rel *catalog.Relation, n *ast.PartitionSpec) error {
	info := &catalog.PartitionInfo{Strategy: strings.ToLower(n.Strategy.Name)}
	switch info.Strategy {
	case "list", "range":
	case "hash":
		return b.errAt(n.Pos, sqlerr.FeatureNotSupported, "hash partitioning is not supported yet")
	default:
		return b.errAt(n.Pos, sqlerr.InvalidObjectDefinition, `unrecognized partitioning strategy %s`, sqlerr.Quote(n.Strategy.Name))
	}
	if info.Strategy == "list" && len(n.Elements) > 1 {
		return sqlerr.New(sqlerr.InvalidObjectDefinition, `cannot use "list" partition strategy with more than one column`)
	}
	for i := range n.Elements {
		e := &n.Elements[i]
		name := e.Name.Name
		if ref, ok := e.X.(*ast.ColumnRef); ok && len(ref.Parts) == 1 {
			name = ref.Parts[0].Name
		}
		if name != "" {
			c, ok := rel.Column(name)
			if !ok {
				return b.errAt(e.Pos, sqlerr.UndefinedColumn, `column %s named in partition key does not exist`, sqlerr.Quote(name))
			}
			if c.Generated != "" {
				return b.errAt(e.Pos, sqlerr.InvalidObjectDefinition, "cannot use generated column in partition key").
					WithDetail("Column %s is a generated column.", sqlerr.Quote(name))
			}
			info.Keys = append(info.Keys, catalog.IndexKey{Attnum: c.Attnum})
			continue
		}
		s := b.tableScope(rel)
		x, err := b.exprKind(s, e.X, inPartitionKey)
		if err != nil {
			return err
		}
		if scalar.Volatility(x) != function.Immutable {
			return sqlerr.New(sqlerr.InvalidObjectDefinition, "functions in partition key expression must be marked IMMUTABLE")
		}
		if _, ok := x.(*scalar.Const); ok {
			return sqlerr.New(sqlerr.InvalidObjectDefinition, "cannot use constant expression as partition key")
		}
		info.Keys = append(info.Keys, catalog.IndexKey{Expr: b.storedText(x, e.X, scopeNames(s))})
	}
	rel.Kind, rel.Partition = catalog.PartitionedTable, info
	return nil
}

// partitionKey is a key of a partitioned table: its text and its type.
func (b *binder) partitionKey(parent *catalog.Relation, k catalog.IndexKey) (string, types.Type, error) {
	if at := parent.ColumnByAttnum(k.Attnum); k.Attnum != 0 && at >= 0 {
		return ast.QuoteIdent(parent.Columns[at].Name), parent.Columns[at].Type, nil
	}
	x, err := b.storedCondition(k.Expr, inPartitionKey, parent, b.scan(parent, nil).Cols)
	if err != nil {
		return "", types.Type{}, err
	}
	return "(" + k.Expr + ")", x.Type(), nil
}

// partitionOf gives a new table the columns of its parent and its bounds.
func (t *tableMaker) partitionOf(name *ast.Name, bound *ast.PartitionBound) (*catalog.Relation, error) {
	b := t.b
	p, err := b.findRelation(name)
	switch {
	case err != nil:
		return nil, err
	case p == nil:
		return nil, sqlerr.New(sqlerr.UndefinedTable, `relation %s does not exist`, sqlerr.Quote(nameText(name)))
	case p.Partition == nil:
		return nil, sqlerr.New(sqlerr.WrongObjectType, `%s is not partitioned`, sqlerr.Quote(p.Name))
	case p.Temporary && !t.rel.Temporary:
		return nil, sqlerr.New(sqlerr.WrongObjectType, `cannot create a permanent relation as partition of temporary relation %s`, sqlerr.Quote(p.Name))
	case !p.Temporary && t.rel.Temporary:
		return nil, sqlerr.New(sqlerr.WrongObjectType, `cannot create a temporary relation as partition of permanent relation %s`, sqlerr.Quote(p.Name))
	}
	t.rel.Parents = []types.OID{p.OID}
	for _, c := range p.Columns {
		n := c
		n.Attnum, n.Identity, n.Comment = int16(len(t.rel.Columns)+1), 0, ""
		t.rel.Columns = append(t.rel.Columns, n)
	}
	t.inherited = len(t.rel.Columns)
	t.inheritChecks(p)
	t.rel.Bound, err = b.partitionBound(p, t.rel.Name, bound)
	return p, err
}

// inheritKeys gives a partition the keys, foreign keys and indexes of its parent.
func (b *binder) inheritKeys(rel, parent *catalog.Relation) {
	att := func(list []int16) []int16 {
		var out []int16
		for _, a := range list {
			if at := parent.ColumnByAttnum(a); at >= 0 {
				if c, ok := rel.Column(parent.Columns[at].Name); ok {
					out = append(out, c.Attnum)
				}
			}
		}
		return out
	}
	names := func(list []int16) string {
		var out []string
		for _, a := range list {
			if at := parent.ColumnByAttnum(a); at >= 0 {
				out = append(out, parent.Columns[at].Name)
			}
		}
		return strings.Join(out, "_")
	}
	for _, c := range parent.Constraints {
		con := c
		con.OID = 0
		con.Columns = att(c.Columns)
		switch c.Kind {
		case 'p':
			con.Name = b.freeName(rel, rel.Name, "", "pkey")
			for _, a := range con.Columns {
				rel.Columns[rel.ColumnByAttnum(a)].NotNull = true
			}
		case 'u':
			con.Name = b.freeName(rel, rel.Name, names(c.Columns), "key")
		case 'f':
			con.Name = c.Name
		default:
			continue
		}
		rel.Constraints = append(rel.Constraints, con)
		if c.Kind != 'f' {
			b.made = append(b.made, b.constraintIndex(rel, &con, false, nil))
		}
	}
	for _, x := range catalog.RelatedOf(b.env.View).Indexes(parent.OID) {
		if x.Index.Constraint {
			continue
		}
		info := *x.Index
		info.Table = rel.OID
		info.Keys = append([]catalog.IndexKey(nil), info.Keys...)
		word := ""
		for i := range info.Keys {
			if k := &info.Keys[i]; k.Attnum != 0 {
				word = names([]int16{k.Attnum})
				k.Attnum = att([]int16{k.Attnum})[0]
			} else {
				word = "expr"
			}
		}
		idx := &catalog.Relation{Schema: rel.Schema, Kind: catalog.Index, Temporary: rel.Temporary, Owner: rel.Owner, Index: &info}
		idx.Name = b.freeName(rel, rel.Name, word, "idx")
		b.indexColumns(rel, idx)
		b.made = append(b.made, idx)
	}
}

// partitionBound binds FOR VALUES.
func (b *binder) partitionBound(parent *catalog.Relation, name string, n *ast.PartitionBound) (*catalog.PartitionBound, error) {
	info := parent.Partition
	siblings := catalog.RelatedOf(b.env.View).Children(parent.OID)
	if n.Default {
		for _, s := range siblings {
			if s.Bound != nil && s.Bound.Default {
				return nil, b.errAt(n.Pos, sqlerr.InvalidObjectDefinition, `partition %s conflicts with existing default partition %s`, sqlerr.Quote(name), sqlerr.Quote(s.Name))
			}
		}
		return &catalog.PartitionBound{Text: "DEFAULT", Default: true}, nil
	}
	keys, typs := make([]string, len(info.Keys)), make([]types.Type, len(info.Keys))
	for i, k := range info.Keys {
		var err error
		if keys[i], typs[i], err = b.partitionKey(parent, k); err != nil {
			return nil, err
		}
	}
	if info.Strategy == "list" {
		if n.In == nil {
			return nil, b.errAt(n.Pos, sqlerr.InvalidTableDefinition, "invalid bound specification for a list partition")
		}
		return b.listBound(keys[0], typs[0], siblings, name, n)
	}
	if n.From == nil || n.To == nil {
		return nil, b.errAt(n.Pos, sqlerr.InvalidTableDefinition, "invalid bound specification for a range partition")
	}
	if len(n.From) != len(keys) {
		return nil, b.errAt(n.Pos, sqlerr.InvalidTableDefinition, "FROM must specify exactly one value per partitioning column")
	}
	if len(n.To) != len(keys) {
		return nil, b.errAt(n.Pos, sqlerr.InvalidTableDefinition, "TO must specify exactly one value per partitioning column")
	}
	from, low, err := b.rangeSide(n.From, keys, typs)
	if err != nil {
		return nil, err
	}
	to, high, err := b.rangeSide(n.To, keys, typs)
	if err != nil {
		return nil, err
	}
	var parts []string
	for _, k := range keys {
		parts = append(parts, "("+k+" IS NOT NULL)")
	}
	if s := rangeText(keys, low, ">", ">=", "MINVALUE", "MAXVALUE"); s != "" {
		parts = append(parts, s)
	}
	if s := rangeText(keys, high, "<", "<", "MAXVALUE", "MINVALUE"); s != "" {
		parts = append(parts, s)
	}
	return &catalog.PartitionBound{
		Text:  "FOR VALUES FROM (" + strings.Join(from, ", ") + ") TO (" + strings.Join(to, ", ") + ")",
		Check: "(" + strings.Join(parts, " AND ") + ")",
	}, nil
}

// boundValue is a value of a bound: as it is shown, and as SQL with its type.
func (b *binder) boundValue(e ast.Expr, t types.Type, key string) (shown, sql string, err error) {
	x, err := b.exprKind(newScope(nil), e, inPartitionBound)
	if err != nil {
		return "", "", err
	}
	out, ok, err := b.tryCoerceTo(x, types.New(t.OID), assignment, loc(e))
	if err != nil {
		return "", "", err
	}
	if !ok {
		return "", "", b.errAt(loc(e), sqlerr.DatatypeMismatch, `specified value cannot be cast to type %s for column %s`, types.FormatType(t.OID, -1), sqlerr.Quote(key))
	}
	sql = explain.Deparse(out, func(*scalar.Column) string { return "?" })
	shown = sql
	if c, ok := out.(*scalar.Const); ok {
		if c.Value.Null {
			return "NULL", "NULL", nil
		}
		if strings.HasPrefix(sql, "'") {
			shown = sql[:strings.LastIndex(sql, "'::")+1]
		}
		switch t.OID {
		case types.Int2OID, types.Int4OID, types.Int8OID:
			if c.Value.I >= 0 {
				shown = strings.Trim(shown, "'")
			}
		}
	}
	if c, ok := out.(*scalar.Const); !ok || c.Typ.OID == types.NumericOID {
		sql = "(" + sql + ")::" + types.FormatType(t.OID, -1)
	}
	return shown, sql, nil
}

func (b *binder) listBound(key string, t types.Type, siblings []*catalog.Relation, name string, n *ast.PartitionBound) (*catalog.PartitionBound, error) {
	var shown, values []string
	null := false
	seen := map[string]bool{}
	for _, e := range n.In {
		s, v, err := b.boundValue(e, t, key)
		if err != nil {
			return nil, err
		}
		if seen[v] {
			continue
		}
		seen[v] = true
		for _, o := range siblings {
			if o.Bound != nil && !o.Bound.Default && strings.Contains(o.Bound.Text, "("+s+")") || o.Bound != nil && listed(o.Bound.Text, s) {
				return nil, b.errAt(loc(e), sqlerr.InvalidObjectDefinition, `partition %s would overlap partition %s`, sqlerr.Quote(name), sqlerr.Quote(o.Name))
			}
		}
		shown = append(shown, s)
		if v == "NULL" {
			null = true
			continue
		}
		values = append(values, v)
	}
	check := ""
	switch len(values) {
	case 0:
	case 1:
		check = "((" + key + " IS NOT NULL) AND (" + key + " = " + values[0] + "))"
	default:
		check = "((" + key + " IS NOT NULL) AND (" + key + " = ANY (ARRAY[" + strings.Join(values, ", ") + "])))"
	}
	if null {
		if check != "" {
			check = "((" + key + " IS NULL) OR " + check + ")"
		} else {
			check = "(" + key + " IS NULL)"
		}
	}
	return &catalog.PartitionBound{Text: "FOR VALUES IN (" + strings.Join(shown, ", ") + ")", Check: check}, nil
}

// listed says whether the text of a list bound has a value.
func listed(text, value string) bool {
	inner, ok := strings.CutPrefix(text, "FOR VALUES IN (")
	if !ok {
		return false
	}
	return strings.Contains(", "+strings.TrimSuffix(inner, ")")+", ", ", "+value+", ")
}

func (b *binder) rangeSide(list []ast.Expr, keys []string, typs []types.Type) (shown, sql []string, err error) {
	for i, e := range list {
		if ref, ok := e.(*ast.ColumnRef); ok && len(ref.Parts) == 1 && (ref.Parts[0].Name == "minvalue" || ref.Parts[0].Name == "maxvalue") {
			w := upper(ref.Parts[0].Name)
			shown, sql = append(shown, w), append(sql, w)
			continue
		}
		s, v, err := b.boundValue(e, typs[i], keys[i])
		if err != nil {
			return nil, nil, err
		}
		if v == "NULL" {
			return nil, nil, b.errAt(loc(e), sqlerr.NullValueNotAllowed, "cannot specify NULL in range bound")
		}
		shown, sql = append(shown, s), append(sql, v)
	}
	return shown, sql, nil
}

// rangeText compares a row of keys with one side of a range, "" where it has
// no limit: k1 > v1 OR k1 = v1 AND (k2 >= v2 …). open is the value without
// limit on this side, shut the one that nothing passes.
func rangeText(keys, values []string, strict, last, open, shut string) string {
	switch {
	case values[0] == open:
		return ""
	case values[0] == shut:
		return "false"
	case len(keys) == 1:
		return "(" + keys[0] + " " + last + " " + values[0] + ")"
	}
	rest := rangeText(keys[1:], values[1:], strict, last, open, shut)
	if rest == "" {
		return "((" + keys[0] + " " + strict + " " + values[0] + ") OR (" + keys[0] + " = " + values[0] + "))"
	}
	return "((" + keys[0] + " " + strict + " " + values[0] + ") OR ((" + keys[0] + " = " + values[0] + ") AND " + rest + "))"
}

// partitionRules binds the bounds of a partition over r.Cols, for all levels above it.
func (b *binder) partitionRules(rel *catalog.Relation, r *logical.Rules) error {
	related := catalog.RelatedOf(b.env.View)
	for at := rel; at.Bound != nil && len(at.Parents) == 1; {
		parent, ok := b.env.View.RelationByOID(at.Parents[0])
		if !ok {
			return nil
		}
		var x scalar.Expr
		bind := func(text string) (scalar.Expr, error) { return b.storedCondition(text, inCheck, rel, r.Cols) }
		if at.Bound.Default {
			var others []scalar.Expr
			for _, s := range related.Children(parent.OID) {
				if s.Bound == nil || s.Bound.Default {
					continue
				}
				o, err := bind(s.Bound.Check)
				if err != nil {
					return err
				}
				others = append(others, &scalar.BoolTest{Arg: o})
			}
			switch len(others) {
			case 0:
				at = parent
				continue
			case 1:
				x = &scalar.Not{Arg: others[0]}
			default:
				x = &scalar.Not{Arg: &scalar.Or{Args: others}}
			}
		} else {
			o, err := bind(at.Bound.Check)
			if err != nil {
				return err
			}
			x = &scalar.BoolTest{Arg: o}
		}
		if at == rel {
			r.Bound = x
		}
		r.Partition = append(r.Partition, x)
		at = parent
	}
	return nil
}
