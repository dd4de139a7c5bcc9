package ast

// CreateSchema is CREATE SCHEMA. Elements are the statements that may follow in it.
type CreateSchema struct {
	Range
	IfNotExists bool
	Name        Ident // zero: the role's name
	Role        *Role
	Elements    []Statement
}

// SequenceAction is what a SequenceOption sets.
type SequenceAction int8

// The options of a sequence.
const (
	SequenceAs        SequenceAction = iota // Type
	SequenceIncrement                       // Number
	SequenceMin                             // Number; No for NO MINVALUE
	SequenceMax                             // Number; No for NO MAXVALUE
	SequenceStart                           // Number
	SequenceRestart                         // Number, or "" for the start value
	SequenceCache                           // Number
	SequenceCycle                           // No for NO CYCLE
	SequenceOwnedBy                         // Name ("none" unquoted)
	SequenceName                            // Name
	SequenceLogged
	SequenceUnlogged
	SequenceGenerated // ALTER COLUMN … SET GENERATED; No for BY DEFAULT
)

// SequenceOption is one option of CREATE or ALTER SEQUENCE, or of an identity column.
type SequenceOption struct {
	Range
	Action SequenceAction
	No     bool
	Number string // signed, as written
	Type   *TypeName
	Name   *Name
}

// CreateSequence is CREATE SEQUENCE.
type CreateSequence struct {
	Range
	Persistence Persistence
	IfNotExists bool
	Name        Name
	Options     []SequenceOption
}

// AlterSequence is ALTER SEQUENCE with options of a sequence.
type AlterSequence struct {
	Range
	IfExists bool
	Name     Name
	Options  []SequenceOption
}

// CreateForeignDataWrapper is CREATE FOREIGN DATA WRAPPER.
type CreateForeignDataWrapper struct {
	Range
	Name      Ident
	Handler   *Name // nil for none and NO HANDLER
	Validator *Name
	Options   []Option
}

// AlterForeignDataWrapper is ALTER FOREIGN DATA WRAPPER.
type AlterForeignDataWrapper struct {
	Range
	Name        Ident
	Handler     *Name
	Validator   *Name
	NoHandler   bool
	NoValidator bool
	Options     []Option
}

// CreateServer is CREATE SERVER.
type CreateServer struct {
	Range
	IfNotExists bool
	Name        Ident
	Type        *string // nil if not given
	Version     *string
	Wrapper     Ident
	Options     []Option
}

// AlterServer is ALTER SERVER.
type AlterServer struct {
	Range
	Name    Ident
	Version *string
	Options []Option
}

// CreateUserMapping is CREATE USER MAPPING.
type CreateUserMapping struct {
	Range
	IfNotExists bool
	Role        *Role // RoleName "user" unquoted is CURRENT_USER's old spelling: RoleCurrentUser
	Server      Ident
	Options     []Option
}

// AlterUserMapping is ALTER USER MAPPING.
type AlterUserMapping struct {
	Range
	Role    *Role
	Server  Ident
	Options []Option
}

// ImportForeignSchema is IMPORT FOREIGN SCHEMA.
type ImportForeignSchema struct {
	Range
	RemoteSchema Ident
	LimitTo      bool
	Except       bool
	Tables       []Name
	Server       Ident
	Into         Ident
	Options      []Option
}

// RoleOption is one option of CREATE or ALTER ROLE.
type RoleOption struct {
	Range
	// Name is "password", "encryptedpassword", "superuser", "login", "inherit", "createdb",
	// "createrole", "replication", "bypassrls", "connectionlimit", "validuntil", "sysid",
	// "inrole", "role" or "admin".
	Name  string
	Value string // password (Null for PASSWORD NULL), limit, timestamp
	Null  bool
	On    bool // of the boolean ones: LOGIN, not NOLOGIN
	Roles []Role
}

// CreateRole is CREATE ROLE, USER or GROUP.
type CreateRole struct {
	Range
	Word    string // "ROLE", "USER" (which implies LOGIN) or "GROUP"
	Name    Role
	Options []RoleOption
}

// AlterRole is ALTER ROLE or USER with options, or ALTER GROUP ADD|DROP USER (as
// the option "role", On for ADD).
type AlterRole struct {
	Range
	Word    string
	Name    Role
	Options []RoleOption
}

// AlterRoleSet is ALTER ROLE … [IN DATABASE d] SET|RESET.
type AlterRoleSet struct {
	Range
	All      bool
	Role     Role
	Database Ident
	Set      *Set
}

// DropRole is DROP ROLE, USER or GROUP.
type DropRole struct {
	Range
	Word     string
	IfExists bool
	Roles    []Role
}

// CreateDatabase is CREATE DATABASE.
type CreateDatabase struct {
	Range
	Name    Ident
	Options []Option
}

// AlterDatabase is ALTER DATABASE with options; see AlterDatabaseSet for SET.
type AlterDatabase struct {
	Range
	Name    Ident
	Options []Option
	Refresh bool // REFRESH COLLATION VERSION
}

// AlterDatabaseSet is ALTER DATABASE … SET|RESET.
type AlterDatabaseSet struct {
	Range
	Name Ident
	Set  *Set
}

// AlterSystem is ALTER SYSTEM SET|RESET.
type AlterSystem struct {
	Range
	Set *Set
}

// Comment is COMMENT ON object IS 'text'. For a column Name ends with the column.
type Comment struct {
	Range
	Kind ObjectKind
	Name Name
	Args *ArgTypes // of a function, aggregate, operator, cast
	On   *Name     // the relation of a constraint, trigger, rule or policy; the domain of a domain's constraint
	Text string
	Null bool // IS NULL: remove
}

// Privilege is one privilege of GRANT or REVOKE; "all" for ALL PRIVILEGES.
type Privilege struct {
	Range
	Name    string // lower case: "select"
	Columns []Ident
}

// Grant is GRANT or REVOKE of privileges on objects.
type Grant struct {
	Range
	Revoke      bool
	GrantOption bool // WITH GRANT OPTION, or GRANT OPTION FOR
	Privileges  []Privilege
	Kind        ObjectKind
	AllInSchema bool // ON ALL TABLES IN SCHEMA: Names are the schemas
	Names       []Name
	Args        []*ArgTypes // of functions: one entry a name
	Roles       []Role
	GrantedBy   *Role
	Cascade     bool
}

// GrantRole is GRANT or REVOKE of roles.
type GrantRole struct {
	Range
	Revoke    bool
	Granted   []Ident
	Roles     []Role
	Options   []Option // WITH ADMIN OPTION, INHERIT TRUE, …
	GrantedBy *Role
	Cascade   bool
}

// AlterDefaultPrivileges is ALTER DEFAULT PRIVILEGES.
type AlterDefaultPrivileges struct {
	Range
	Roles   []Role
	Schemas []Ident
	Action  *Grant // Names is nil
}

func (*CreateSchema) statement()             {}
func (*CreateSequence) statement()           {}
func (*AlterSequence) statement()            {}
func (*CreateForeignDataWrapper) statement() {}
func (*AlterForeignDataWrapper) statement()  {}
func (*CreateServer) statement()             {}
func (*AlterServer) statement()              {}
func (*CreateUserMapping) statement()        {}
func (*AlterUserMapping) statement()         {}
func (*ImportForeignSchema) statement()      {}
func (*CreateRole) statement()               {}
func (*AlterRole) statement()                {}
func (*AlterRoleSet) statement()             {}
func (*DropRole) statement()                 {}
func (*CreateDatabase) statement()           {}
func (*AlterDatabase) statement()            {}
func (*AlterDatabaseSet) statement()         {}
func (*AlterSystem) statement()              {}
func (*Comment) statement()                  {}
func (*Grant) statement()                    {}
func (*GrantRole) statement()                {}
func (*AlterDefaultPrivileges) statement()   {}
