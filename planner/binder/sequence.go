package binder

import (
	"math"
	"strconv"

	"github.com/inlaydb/inlay/catalog"
	"github.com/inlaydb/inlay/catalog/sqlerr"
	"github.com/inlaydb/inlay/catalog/types"
	"github.com/inlaydb/inlay/planner/ast"
)

// newSequence is a sequence with the options of CREATE SEQUENCE or of an
// identity column.
func (b *binder) newSequence(typ types.OID, options []ast.SequenceOption) (*catalog.SequenceInfo, error) {
	s := &catalog.SequenceInfo{Type: typ, Increment: 1, Cache: 1}
	_, err := b.sequenceOptions(s, options, true)
	return s, err
}

// sequenceColumns are the columns that a sequence has as a relation.
func sequenceColumns() []catalog.Column {
	return []catalog.Column{
		{Name: "last_value", Type: types.New(types.Int8OID), Attnum: 1, NotNull: true},
		{Name: "log_cnt", Type: types.New(types.Int8OID), Attnum: 2, NotNull: true},
		{Name: "is_called", Type: types.New(types.BoolOID), Attnum: 3, NotNull: true},
	}
}

// sequenceOptions applies options to a sequence (init_params). restart is the
// value that RESTART sets, nil without it.
func (b *binder) sequenceOptions(s *catalog.SequenceInfo, options []ast.SequenceOption, fresh bool) (restart *int64, err error) {
	var minSet, maxSet, startSet bool
	var noMin, noMax bool
	seen := map[ast.SequenceAction]bool{}
	restarts := false
	oldType := s.Type
	typeSet := false
	number := func(o *ast.SequenceOption) (int64, error) {
		v, err := strconv.ParseInt(o.Number, 10, 64)
		if err != nil {
			return 0, b.errAt(-1, sqlerr.NumericValueOutOfRange, "value %s is out of range for type bigint", sqlerr.Quote(o.Number))
		}
		return v, nil
	}
	for i := range options {
		o := &options[i]
		if seen[o.Action] {
			return nil, b.errAt(o.Pos, sqlerr.SyntaxError, "conflicting or redundant options")
		}
		seen[o.Action] = true
		switch o.Action {
		case ast.SequenceAs:
			t, err := b.typeName(o.Type)
			if err != nil {
				return nil, err
			}
			switch t.OID {
			case types.Int2OID, types.Int4OID, types.Int8OID:
			default:
				return nil, sqlerr.New(sqlerr.InvalidParameterValue, "sequence type must be smallint, integer, or bigint")
			}
			s.Type, typeSet = t.OID, true
		case ast.SequenceIncrement:
			if s.Increment, err = number(o); err != nil {
				return nil, err
			}
			if s.Increment == 0 {
				return nil, sqlerr.New(sqlerr.InvalidParameterValue, "INCREMENT must not be zero")
			}
		case ast.SequenceMin:
			if noMin = o.No; !o.No {
				if s.Min, err = number(o); err != nil {
					return nil, err
				}
				minSet = true
			}
		case ast.SequenceMax:
			if noMax = o.No; !o.No {
				if s.Max, err = number(o); err != nil {
					return nil, err
				}
				maxSet = true
			}
		case ast.SequenceStart:
			if s.Start, err = number(o); err != nil {
				return nil, err
			}
			startSet = true
		case ast.SequenceRestart:
			restarts = true
			if o.Number != "" {
				v, err := number(o)
				if err != nil {
					return nil, err
				}
				restart = &v
			}
		case ast.SequenceCache:
			if s.Cache, err = number(o); err != nil {
				return nil, err
			}
			if s.Cache <= 0 {
				return nil, sqlerr.New(sqlerr.InvalidParameterValue, "CACHE (%d) must be greater than zero", s.Cache)
			}
		case ast.SequenceCycle:
			s.Cycle = !o.No
		}
	}
	if s.Type == 0 {
		s.Type = types.Int8OID
	}
	low, high, word := typeRange(s.Type)
	_, oldHigh, _ := typeRange(oldType)
	oldLow, _, _ := typeRange(oldType)
	resetMax := typeSet && !fresh && s.Max == oldHigh
	resetMin := typeSet && !fresh && s.Min == oldLow
	if !maxSet && (fresh || noMax || resetMax) {
		s.Max = high
		if s.Increment < 0 && !resetMax {
			s.Max = -1
		}
	}
	if !minSet && (fresh || noMin || resetMin) {
		s.Min = 1
		if s.Increment < 0 || resetMin {
			s.Min = low
		}
	}
	if s.Max > high || s.Max < low {
		return nil, sqlerr.New(sqlerr.InvalidParameterValue, "MAXVALUE (%d) is out of range for sequence data type %s", s.Max, word)
	}
	if s.Min > high || s.Min < low {
		return nil, sqlerr.New(sqlerr.InvalidParameterValue, "MINVALUE (%d) is out of range for sequence data type %s", s.Min, word)
	}
	if s.Min >= s.Max {
		return nil, sqlerr.New(sqlerr.InvalidParameterValue, "MINVALUE (%d) must be less than MAXVALUE (%d)", s.Min, s.Max)
	}
	if !startSet && fresh {
		s.Start = s.Min
		if s.Increment < 0 {
			s.Start = s.Max
		}
	}
	if s.Start < s.Min {
		return nil, sqlerr.New(sqlerr.InvalidParameterValue, "START value (%d) cannot be less than MINVALUE (%d)", s.Start, s.Min)
	}
	if s.Start > s.Max {
		return nil, sqlerr.New(sqlerr.InvalidParameterValue, "START value (%d) cannot be greater than MAXVALUE (%d)", s.Start, s.Max)
	}
	if restarts && restart == nil {
		v := s.Start
		restart = &v
	}
	if restart != nil {
		if *restart < s.Min {
			return nil, sqlerr.New(sqlerr.InvalidParameterValue, "RESTART value (%d) cannot be less than MINVALUE (%d)", *restart, s.Min)
		}
		if *restart > s.Max {
			return nil, sqlerr.New(sqlerr.InvalidParameterValue, "RESTART value (%d) cannot be greater than MAXVALUE (%d)", *restart, s.Max)
		}
	}
	return restart, nil
}

func typeRange(t types.OID) (low, high int64, word string) {
	switch t {
	case types.Int2OID:
		return math.MinInt16, math.MaxInt16, "smallint"
	case types.Int4OID:
		return math.MinInt32, math.MaxInt32, "integer"
	}
	return math.MinInt64, math.MaxInt64, "bigint"
}

// ownedBy resolves OWNED BY among the options; ok: there was one.
func (b *binder) ownedBy(seq *catalog.Relation, s *catalog.SequenceInfo, options []ast.SequenceOption) error {
	for i := range options {
		o := &options[i]
		if o.Action != ast.SequenceOwnedBy {
			continue
		}
		parts := o.Name.Parts
		if len(parts) == 1 {
			if parts[0].Name != "none" {
				return sqlerr.New(sqlerr.SyntaxError, "invalid OWNED BY option").WithHint("Specify OWNED BY table.column or OWNED BY NONE.")
			}
			s.OwnerTable, s.OwnerColumn = 0, 0
			continue
		}
		name := ast.Name{Range: o.Name.Range, Parts: parts[:len(parts)-1]}
		rel, err := b.findRelation(&name)
		if err != nil {
			return err
		}
		if rel == nil {
			return sqlerr.New(sqlerr.UndefinedTable, `relation %s does not exist`, sqlerr.Quote(nameText(&name)))
		}
		if rel.Kind != catalog.Table && rel.Kind != catalog.ForeignTable && rel.Kind != catalog.ViewRelation && rel.Kind != catalog.PartitionedTable {
			return sqlerr.New(sqlerr.WrongObjectType, `sequence cannot be owned by relation %s`, sqlerr.Quote(rel.Name)).
				WithDetail("This operation is not supported for %ss.", relationWord(rel.Kind))
		}
		if rel.Schema != seq.Schema {
			return sqlerr.New(sqlerr.ObjectNotInPrerequisiteState, "sequence must be in same schema as table it is linked to")
		}
		col, ok := rel.Column(parts[len(parts)-1].Name)
		if !ok {
			return sqlerr.New(sqlerr.UndefinedColumn, `column %s of relation %s does not exist`, sqlerr.Quote(parts[len(parts)-1].Name), sqlerr.Quote(rel.Name))
		}
		s.OwnerTable, s.OwnerColumn = rel.OID, col.Attnum
	}
	return nil
}

func (b *binder) createSequence(n *ast.CreateSequence) (*Bound, error) {
	rel, old, err := b.newRelation(&n.Name, n.Persistence, catalog.Sequence)
	if err != nil {
		return nil, err
	}
	d := &CreateSequence{Relation: rel}
	if d.Exists, err = b.existing(old, n.IfNotExists); err != nil {
		return nil, err
	}
	if d.Exists {
		return ddlBound("CREATE SEQUENCE", d), nil
	}
	rel.Columns = sequenceColumns()
	if rel.Sequence, err = b.newSequence(0, n.Options); err != nil {
		return nil, err
	}
	if err := b.ownedBy(rel, rel.Sequence, n.Options); err != nil {
		return nil, err
	}
	return ddlBound("CREATE SEQUENCE", d), nil
}

func (b *binder) alterSequence(n *ast.AlterSequence) (*Bound, error) {
	rel, done, err := b.alterTarget(ast.ObjectSequence, &n.Name, n.IfExists, "ALTER SEQUENCE")
	if rel == nil {
		return done, err
	}
	next := *rel
	info := *rel.Sequence
	next.Sequence = &info
	d := &AlterSequence{Old: rel, New: &next}
	for i := range n.Options {
		if n.Options[i].Action == ast.SequenceOwnedBy && info.Identity {
			return nil, sqlerr.New(sqlerr.FeatureNotSupported, "cannot change ownership of identity sequence").
				WithDetail("Sequence %s is linked to table %s.", sqlerr.Quote(rel.Name), sqlerr.Quote(b.relationName(info.OwnerTable)))
		}
	}
	if d.Restart, err = b.sequenceOptions(&info, n.Options, false); err != nil {
		return nil, err
	}
	if err := b.ownedBy(rel, &info, n.Options); err != nil {
		return nil, err
	}
	return ddlBound("ALTER SEQUENCE", d), nil
}

func (b *binder) relationName(oid types.OID) string {
	if r, ok := b.env.View.RelationByOID(oid); ok {
		return r.Name
	}
	return ""
}

// serialTypes are the types that make a column with a sequence.
var serialTypes = map[string]types.OID{
	"serial": types.Int4OID, "serial4": types.Int4OID, "bigserial": types.Int8OID, "serial8": types.Int8OID,
	"smallserial": types.Int2OID, "serial2": types.Int2OID,
}

// serial is the integer type of a serial column, 0 if it is none.
func serial(t *ast.TypeName) types.OID {
	if t == nil || len(t.Name.Parts) != 1 {
		return 0
	}
	return serialTypes[t.Name.Object()]
}

// ownSequence plans a sequence for a serial or identity column of a table that
// is being made or changed.
func (b *binder) ownSequence(rel *catalog.Relation, col *catalog.Column, options []ast.SequenceOption, identity bool) error {
	typ := col.Type.OID
	var named *ast.Name
	var rest []ast.SequenceOption
	for i := range options {
		switch options[i].Action {
		case ast.SequenceName:
			named = options[i].Name
		default:
			rest = append(rest, options[i])
		}
	}
	info, err := b.newSequence(typ, rest)
	if err != nil {
		return err
	}
	info.OwnerColumn, info.Identity = col.Attnum, identity
	seq := &catalog.Relation{Schema: rel.Schema, Kind: catalog.Sequence, Temporary: rel.Temporary, Owner: rel.Owner, Columns: sequenceColumns(), Sequence: info}
	if named != nil {
		seq.Name = named.Object()
	} else {
		seq.Name = b.freeName(rel, rel.Name, col.Name, "seq")
	}
	b.made = append(b.made, seq)
	return nil
}
