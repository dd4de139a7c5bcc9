package ast

import "strings"

// objectName writes an object's name with its argument types, if it has any.
func (w *writer) objectName(kind ObjectKind, n *Name, args *ArgTypes) {
	if kind == ObjectLargeObject {
		w.s(n.Parts[0].Name)
		return
	}
	if kind == ObjectOperator {
		for _, id := range n.Parts[:len(n.Parts)-1] {
			w.ident(id)
			w.s(".")
		}
		w.s(n.Object())
	} else {
		w.name(n)
	}
	if args == nil {
		return
	}
	w.s("(")
	if kind == ObjectAggregate && args.Types == nil {
		w.s("*")
	}
	w.types(args.Types)
	w.s(")")
}

func (w *writer) drop(d *Drop) {
	w.s("DROP ", d.Kind.String(), " ")
	w.flag(d.Concurrently, "CONCURRENTLY ")
	w.flag(d.IfExists, "IF EXISTS ")
	switch d.Kind {
	case ObjectUserMapping:
		w.s("FOR ")
		w.role(d.Mapping)
		w.s(" SERVER ")
		w.names(d.Names)
	case ObjectCast:
		w.s("(")
		w.typeName(d.Args[0].Types[0])
		w.s(" AS ")
		w.typeName(d.Args[0].Types[1])
		w.s(")")
	case ObjectTransform:
		w.s("FOR ")
		w.typeName(d.Args[0].Types[0])
		w.s(" LANGUAGE ")
		w.names(d.Names)
	case ObjectOperatorClass, ObjectOperatorFamily:
		w.names(d.Names)
		w.s(" USING ")
		w.name(d.On)
	default:
		w.list(len(d.Names), func(i int) {
			var args *ArgTypes
			if i < len(d.Args) {
				args = d.Args[i]
			}
			w.objectName(d.Kind, &d.Names[i], args)
		})
		if d.On != nil {
			w.s(" ON ")
			w.name(d.On)
		}
	}
	if d.Options != nil {
		w.s(" WITH (")
		w.list(len(d.Options), func(i int) { w.s(strings.ToUpper(d.Options[i].Name)) })
		w.s(")")
	}
	w.cascade(d.Cascade)
}

func (w *writer) rename(r *Rename) {
	w.s("ALTER ", r.Kind.String(), " ")
	w.flag(r.IfExists, "IF EXISTS ")
	w.flag(r.Only, "ONLY ")
	w.objectName(r.Kind, &r.Name, r.Args)
	if r.On != nil {
		w.s(" ON ")
		w.name(r.On)
	}
	w.s(" RENAME ")
	if r.Part != r.Kind {
		w.s(r.Part.String(), " ")
		w.ident(r.From)
		w.s(" ")
	}
	w.s("TO ")
	w.ident(r.To)
}

func (w *writer) alterTable(a *AlterTable) {
	w.s("ALTER ", a.Kind.String(), " ")
	w.flag(a.IfExists, "IF EXISTS ")
	w.relation(a.Table)
	w.s(" ")
	w.list(len(a.Commands), func(i int) { w.alterCommand(&a.Commands[i]) })
}

func (w *writer) alterCommand(c *AlterCommand) {
	switch c.Action {
	case AlterAddColumn:
		w.s("ADD COLUMN ")
		w.flag(c.IfNotExists, "IF NOT EXISTS ")
		w.columnDef(c.Column)
	case AlterDropColumn, AlterDropConstraint:
		if c.Action == AlterDropColumn {
			w.s("DROP COLUMN ")
		} else {
			w.s("DROP CONSTRAINT ")
		}
		w.flag(c.IfExists, "IF EXISTS ")
		w.ident(c.Name)
		w.cascade(c.Cascade)
	case AlterColumnType, AlterSetDefault, AlterDropDefault, AlterSetNotNull, AlterDropNotNull, AlterDropExpression,
		AlterSetExpression, AlterAddIdentity, AlterSetIdentity, AlterDropIdentity, AlterSetStatistics, AlterSetStorage,
		AlterSetCompression, AlterColumnOptions, AlterColumnFDWOptions:
		w.s("ALTER COLUMN ")
		if n := c.Name.Name; n != "" && n[0] >= '0' && n[0] <= '9' && !c.Name.Quoted {
			w.s(n) // an index's column by number
		} else {
			w.ident(c.Name)
		}
		w.alterColumn(c)
	case AlterAddConstraint:
		w.s("ADD ")
		w.constraint(c.Constraint, true)
	case AlterAlterConstraint:
		w.s("ALTER CONSTRAINT ")
		w.ident(c.Name)
		w.flag(c.Constraint.Deferrable, " DEFERRABLE")
		w.flag(c.Constraint.NotDeferrable, " NOT DEFERRABLE")
		w.flag(c.Constraint.InitiallyDeferred, " INITIALLY DEFERRED")
		w.flag(c.Constraint.NotEnforced, " NOT ENFORCED")
		w.flag(c.Constraint.NoInherit, " NO INHERIT")
		w.flag(c.Constraint.NotValid, " NOT VALID")
	case AlterValidateConstraint:
		w.s("VALIDATE CONSTRAINT ")
		w.ident(c.Name)
	case AlterSetOptions:
		w.relOptions("SET ", c.Options)
	case AlterResetOptions:
		w.relOptions("RESET ", c.Options)
	case AlterFDWOptions:
		w.fdwOptions(c.Options)
	case AlterOwner:
		w.s("OWNER TO ")
		w.role(c.Role)
	case AlterSetTablespace:
		w.s("SET TABLESPACE ", QuoteIdent(c.Text))
	case AlterSetAccessMethod:
		if c.Text == "" {
			w.s("SET ACCESS METHOD DEFAULT")
		} else {
			w.s("SET ACCESS METHOD ", QuoteIdent(c.Text))
		}
	case AlterSetLogged:
		w.s("SET LOGGED")
	case AlterSetUnlogged:
		w.s("SET UNLOGGED")
	case AlterClusterOn:
		w.s("CLUSTER ON ")
		w.ident(c.Name)
	case AlterSetWithoutCluster:
		w.s("SET WITHOUT CLUSTER")
	case AlterSetWithoutOids:
		w.s("SET WITHOUT OIDS")
	case AlterInherit:
		w.s("INHERIT ")
		w.name(c.Relation)
	case AlterNoInherit:
		w.s("NO INHERIT ")
		w.name(c.Relation)
	case AlterOfType:
		w.s("OF ")
		w.typeName(c.Type)
	case AlterNotOf:
		w.s("NOT OF")
	case AlterReplicaIdentity:
		if c.Text == "index" {
			w.s("REPLICA IDENTITY USING INDEX ")
			w.ident(c.Name)
		} else {
			w.s("REPLICA IDENTITY ", strings.ToUpper(c.Text))
		}
	case AlterRowSecurity:
		w.s(strings.ToUpper(c.Text), " ROW LEVEL SECURITY")
	case AlterTrigger, AlterRule:
		word := " TRIGGER "
		if c.Action == AlterRule {
			word = " RULE "
		}
		w.s(strings.ToUpper(c.Text), word)
		if c.Name.Quoted {
			w.ident(c.Name)
		} else {
			w.label(c.Name)
		}
	case AlterAttachPartition:
		w.s("ATTACH PARTITION ")
		w.name(c.Relation)
		if c.Bound != nil {
			w.partitionBound(c.Bound)
		}
	case AlterDetachPartition:
		w.s("DETACH PARTITION ")
		w.name(c.Relation)
		w.flag(c.Text != "", " ")
		w.s(strings.ToUpper(c.Text))
	case AlterSequenceOptions:
		w.sequenceOptions(c.Sequence)
	}
}

// alterColumn writes what ALTER COLUMN name is followed by.
func (w *writer) alterColumn(c *AlterCommand) {
	switch c.Action {
	case AlterColumnType:
		w.s(" TYPE ")
		w.typeName(c.Type)
		if c.Collation != nil {
			w.s(" COLLATE ")
			w.name(c.Collation)
		}
		if c.Expr != nil {
			w.s(" USING ")
			w.expr(c.Expr, 0)
		}
	case AlterSetDefault:
		w.s(" SET DEFAULT ")
		w.expr(c.Expr, 0)
	case AlterDropDefault:
		w.s(" DROP DEFAULT")
	case AlterSetNotNull:
		w.s(" SET NOT NULL")
	case AlterDropNotNull:
		w.s(" DROP NOT NULL")
	case AlterDropExpression:
		w.s(" DROP EXPRESSION")
		w.flag(c.IfExists, " IF EXISTS")
	case AlterSetExpression:
		w.s(" SET EXPRESSION AS (")
		w.expr(c.Expr, 0)
		w.s(")")
	case AlterAddIdentity:
		w.s(" ADD ")
		w.constraint(c.Constraint, false)
	case AlterSetIdentity:
		for i := range c.Sequence {
			if c.Sequence[i].Action == SequenceRestart {
				w.s(" ")
			} else {
				w.s(" SET ")
			}
			w.sequenceOption(&c.Sequence[i])
		}
	case AlterDropIdentity:
		w.s(" DROP IDENTITY")
		w.flag(c.IfExists, " IF EXISTS")
	case AlterSetStatistics:
		w.s(" SET STATISTICS ", c.Text)
	case AlterSetStorage:
		w.s(" SET STORAGE ", c.Text)
	case AlterSetCompression:
		w.s(" SET COMPRESSION ", c.Text)
	case AlterColumnOptions:
		if c.Reset {
			w.relOptions(" RESET ", c.Options)
		} else {
			w.relOptions(" SET ", c.Options)
		}
	case AlterColumnFDWOptions:
		w.fdwOptions(c.Options)
	}
}
