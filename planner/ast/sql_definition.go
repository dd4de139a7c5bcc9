package ast

import "strings"

// definition writes the statements that define objects other than relations. It reports
// whether s is one.
func (w *writer) definition(s Statement) bool {
	switch s := s.(type) {
	case *CreateSchema:
		w.s("CREATE SCHEMA")
		w.flag(s.IfNotExists, " IF NOT EXISTS")
		w.optIdent(" ", s.Name)
		if s.Role != nil {
			w.s(" AUTHORIZATION ")
			w.role(s.Role)
		}
		for _, e := range s.Elements {
			w.s(" ")
			w.statement(e)
		}
	case *CreateSequence:
		w.s("CREATE ", persistenceWords[s.Persistence], "SEQUENCE ")
		w.flag(s.IfNotExists, "IF NOT EXISTS ")
		w.name(&s.Name)
		w.flag(s.Options != nil, " ")
		w.sequenceOptions(s.Options)
	case *AlterSequence:
		w.s("ALTER SEQUENCE ")
		w.flag(s.IfExists, "IF EXISTS ")
		w.name(&s.Name)
		w.s(" ")
		w.sequenceOptions(s.Options)
	case *CreateForeignDataWrapper:
		w.s("CREATE FOREIGN DATA WRAPPER ")
		w.ident(s.Name)
		w.wrapperFunctions(s.Handler, s.Validator)
		w.fdwOptions(s.Options)
	case *AlterForeignDataWrapper:
		w.s("ALTER FOREIGN DATA WRAPPER ")
		w.ident(s.Name)
		w.wrapperFunctions(s.Handler, s.Validator)
		w.flag(s.NoHandler, " NO HANDLER")
		w.flag(s.NoValidator, " NO VALIDATOR")
		w.fdwOptions(s.Options)
	case *CreateServer:
		w.s("CREATE SERVER ")
		w.flag(s.IfNotExists, "IF NOT EXISTS ")
		w.ident(s.Name)
		w.optLit(" TYPE ", s.Type)
		w.optLit(" VERSION ", s.Version)
		w.s(" FOREIGN DATA WRAPPER ")
		w.ident(s.Wrapper)
		w.fdwOptions(s.Options)
	case *AlterServer:
		w.s("ALTER SERVER ")
		w.ident(s.Name)
		w.optLit(" VERSION ", s.Version)
		w.flag(s.Version == nil && s.Options == nil, " VERSION NULL")
		w.fdwOptions(s.Options)
	case *CreateUserMapping:
		w.s("CREATE USER MAPPING ")
		w.flag(s.IfNotExists, "IF NOT EXISTS ")
		w.mapping(s.Role, s.Server)
		w.fdwOptions(s.Options)
	case *AlterUserMapping:
		w.s("ALTER USER MAPPING ")
		w.mapping(s.Role, s.Server)
		w.fdwOptions(s.Options)
	case *ImportForeignSchema:
		w.s("IMPORT FOREIGN SCHEMA ")
		w.ident(s.RemoteSchema)
		if s.LimitTo || s.Except {
			if s.LimitTo {
				w.s(" LIMIT TO (")
			} else {
				w.s(" EXCEPT (")
			}
			w.names(s.Tables)
			w.s(")")
		}
		w.s(" FROM SERVER ")
		w.ident(s.Server)
		w.s(" INTO ")
		w.ident(s.Into)
		w.fdwOptions(s.Options)
	case *CreateDatabase:
		w.s("CREATE DATABASE ")
		w.ident(s.Name)
		w.databaseOptions(s.Options)
	case *AlterDatabase:
		w.s("ALTER DATABASE ")
		w.ident(s.Name)
		switch {
		case s.Refresh:
			w.s(" REFRESH COLLATION VERSION")
		case len(s.Options) == 1 && s.Options[0].Name.Name == "tablespace":
			w.s(" SET TABLESPACE ", QuoteIdent(s.Options[0].Text))
		default:
			w.databaseOptions(s.Options)
		}
	case *AlterDatabaseSet:
		w.s("ALTER DATABASE ")
		w.ident(s.Name)
		w.s(" ")
		w.set(s.Set)
	case *AlterSystem:
		w.s("ALTER SYSTEM ")
		w.set(s.Set)
	case *CreateRole:
		w.s("CREATE ", s.Word, " ")
		w.role(&s.Name)
		w.roleOptions(s.Options)
	case *AlterRole:
		w.alterRole(s)
	case *AlterRoleSet:
		w.s("ALTER ROLE ")
		if s.All {
			w.s("ALL")
		} else {
			w.role(&s.Role)
		}
		w.optIdent(" IN DATABASE ", s.Database)
		w.s(" ")
		w.set(s.Set)
	case *DropRole:
		w.s("DROP ", s.Word, " ")
		w.flag(s.IfExists, "IF EXISTS ")
		w.roles(s.Roles)
	case *Comment:
		w.comment(s)
	case *Grant:
		w.grant(s)
	case *GrantRole:
		w.grantRole(s)
	case *AlterDefaultPrivileges:
		w.s("ALTER DEFAULT PRIVILEGES")
		if s.Roles != nil {
			w.s(" FOR ROLE ")
			w.roles(s.Roles)
		}
		if s.Schemas != nil {
			w.s(" IN SCHEMA ")
			w.idents(s.Schemas)
		}
		w.s(" ")
		w.grant(s.Action)
	default:
		return false
	}
	return true
}

func (w *writer) optLit(before string, s *string) {
	if s != nil {
		w.s(before)
		w.lit(*s)
	}
}

func (w *writer) wrapperFunctions(handler, validator *Name) {
	if handler != nil {
		w.s(" HANDLER ")
		w.name(handler)
	}
	if validator != nil {
		w.s(" VALIDATOR ")
		w.name(validator)
	}
}

func (w *writer) mapping(r *Role, server Ident) {
	w.s("FOR ")
	w.role(r)
	w.s(" SERVER ")
	w.ident(server)
}

func (w *writer) alterRole(s *AlterRole) {
	w.s("ALTER ", s.Word, " ")
	w.role(&s.Name)
	if s.Word != "GROUP" {
		w.roleOptions(s.Options)
		return
	}
	if s.Options[0].On {
		w.s(" ADD USER ")
	} else {
		w.s(" DROP USER ")
	}
	w.roles(s.Options[0].Roles)
}

func (w *writer) roleOptions(opts []RoleOption) {
	for i := range opts {
		o := &opts[i]
		switch o.Name {
		case "password":
			if o.Null {
				w.s(" PASSWORD NULL")
			} else {
				w.s(" PASSWORD ")
				w.lit(o.Value)
			}
		case "connectionlimit":
			w.s(" CONNECTION LIMIT ", o.Value)
		case "validuntil":
			w.s(" VALID UNTIL ")
			w.lit(o.Value)
		case "sysid":
			w.s(" SYSID ", o.Value)
		case "inrole":
			w.s(" IN ROLE ")
			w.roles(o.Roles)
		case "role":
			w.s(" USER ")
			w.roles(o.Roles)
		case "admin":
			w.s(" ADMIN ")
			w.roles(o.Roles)
		default:
			w.s(" ")
			w.flag(!o.On, "NO")
			w.s(strings.ToUpper(o.Name))
		}
	}
}

func (w *writer) comment(c *Comment) {
	w.s("COMMENT ON ", c.Kind.String(), " ")
	switch c.Kind {
	case ObjectCast:
		w.s("(")
		w.typeName(c.Args.Types[0])
		w.s(" AS ")
		w.typeName(c.Args.Types[1])
		w.s(")")
	case ObjectTransform:
		w.s("FOR ")
		w.typeName(c.Args.Types[0])
		w.s(" LANGUAGE ")
		w.name(&c.Name)
	case ObjectOperatorClass, ObjectOperatorFamily:
		w.name(&c.Name)
		w.s(" USING ")
		w.name(c.On)
	default:
		w.objectName(c.Kind, &c.Name, c.Args)
		if c.On != nil {
			w.s(" ON ")
			w.flag(c.Kind == ObjectDomainConstraint, "DOMAIN ")
			w.name(c.On)
		}
	}
	w.s(" IS ")
	if c.Null {
		w.s("NULL")
	} else {
		w.lit(c.Text)
	}
}

// plural gives the word for all objects of a kind.
func plural(k ObjectKind) string { return k.String() + "S" }

func (w *writer) privileges(ps []Privilege) {
	w.list(len(ps), func(i int) {
		switch name := ps[i].Name; name {
		case "all", "select", "references", "create", "alter system":
			w.s(strings.ToUpper(name))
		default:
			w.s(QuoteIdent(name))
		}
		w.parenIdents(" ", ps[i].Columns)
	})
}

func (w *writer) grant(g *Grant) {
	if g.Revoke {
		w.s("REVOKE ")
		w.flag(g.GrantOption, "GRANT OPTION FOR ")
	} else {
		w.s("GRANT ")
	}
	w.privileges(g.Privileges)
	w.s(" ON ")
	switch {
	case g.Names == nil:
		w.s(plural(g.Kind))
	case g.AllInSchema:
		w.s("ALL ", plural(g.Kind), " IN SCHEMA ")
		w.names(g.Names)
	default:
		w.s(grantWord(g.Kind), " ")
		w.list(len(g.Names), func(i int) {
			var args *ArgTypes
			if i < len(g.Args) {
				args = g.Args[i]
			}
			w.objectName(g.Kind, &g.Names[i], args)
		})
	}
	if g.Revoke {
		w.s(" FROM ")
	} else {
		w.s(" TO ")
	}
	w.roles(g.Roles)
	w.flag(g.GrantOption && !g.Revoke, " WITH GRANT OPTION")
	w.grantedBy(g.GrantedBy)
	w.cascade(g.Cascade)
}

func grantWord(k ObjectKind) string {
	if k == ObjectServer {
		return "FOREIGN SERVER"
	}
	return k.String()
}

func (w *writer) grantedBy(r *Role) {
	if r != nil {
		w.s(" GRANTED BY ")
		w.role(r)
	}
}

func (w *writer) grantRole(g *GrantRole) {
	if g.Revoke {
		w.s("REVOKE ")
		for i := range g.Options {
			w.label(g.Options[i].Name)
			w.s(" OPTION FOR ")
		}
	} else {
		w.s("GRANT ")
	}
	w.list(len(g.Granted), func(i int) {
		switch name := g.Granted[i].Name; name {
		case "select", "references", "create":
			w.s(name) // read as a privilege would be
		default:
			w.s(QuoteIdent(name))
		}
	})
	if g.Revoke {
		w.s(" FROM ")
	} else {
		w.s(" TO ")
	}
	w.roles(g.Roles)
	if !g.Revoke && g.Options != nil {
		w.s(" WITH ")
		w.list(len(g.Options), func(i int) {
			w.label(g.Options[i].Name)
			w.s(" ", g.Options[i].Text)
		})
	}
	w.grantedBy(g.GrantedBy)
	w.cascade(g.Cascade)
}
