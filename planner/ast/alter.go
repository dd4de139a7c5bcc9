package ast

// ObjectKind is a kind of object in the catalog.
type ObjectKind int8

// The kinds of objects, under the names that commands use (see String).
const (
	ObjectTable ObjectKind = iota
	ObjectView
	ObjectMaterializedView
	ObjectForeignTable
	ObjectSequence
	ObjectIndex
	ObjectSchema
	ObjectDatabase
	ObjectRole
	ObjectColumn
	ObjectConstraint
	ObjectServer
	ObjectForeignDataWrapper
	ObjectUserMapping
	ObjectFunction
	ObjectProcedure
	ObjectRoutine
	ObjectAggregate
	ObjectOperator
	ObjectOperatorClass
	ObjectOperatorFamily
	ObjectType
	ObjectDomain
	ObjectCast
	ObjectCollation
	ObjectConversion
	ObjectExtension
	ObjectLanguage
	ObjectLargeObject
	ObjectTablespace
	ObjectTrigger
	ObjectEventTrigger
	ObjectRule
	ObjectPolicy
	ObjectPublication
	ObjectSubscription
	ObjectStatistics
	ObjectTextSearchConfiguration
	ObjectTextSearchDictionary
	ObjectTextSearchParser
	ObjectTextSearchTemplate
	ObjectAccessMethod
	ObjectTransform
	ObjectParameter
	ObjectDomainConstraint
)

var objectKinds = [...]string{
	ObjectTable: "TABLE", ObjectView: "VIEW", ObjectMaterializedView: "MATERIALIZED VIEW",
	ObjectForeignTable: "FOREIGN TABLE", ObjectSequence: "SEQUENCE", ObjectIndex: "INDEX",
	ObjectSchema: "SCHEMA", ObjectDatabase: "DATABASE", ObjectRole: "ROLE", ObjectColumn: "COLUMN",
	ObjectConstraint: "CONSTRAINT", ObjectServer: "SERVER", ObjectForeignDataWrapper: "FOREIGN DATA WRAPPER",
	ObjectUserMapping: "USER MAPPING", ObjectFunction: "FUNCTION", ObjectProcedure: "PROCEDURE",
	ObjectRoutine: "ROUTINE", ObjectAggregate: "AGGREGATE", ObjectOperator: "OPERATOR",
	ObjectOperatorClass: "OPERATOR CLASS", ObjectOperatorFamily: "OPERATOR FAMILY", ObjectType: "TYPE",
	ObjectDomain: "DOMAIN", ObjectCast: "CAST", ObjectCollation: "COLLATION", ObjectConversion: "CONVERSION",
	ObjectExtension: "EXTENSION", ObjectLanguage: "LANGUAGE", ObjectLargeObject: "LARGE OBJECT",
	ObjectTablespace: "TABLESPACE", ObjectTrigger: "TRIGGER", ObjectEventTrigger: "EVENT TRIGGER",
	ObjectRule: "RULE", ObjectPolicy: "POLICY", ObjectPublication: "PUBLICATION",
	ObjectSubscription: "SUBSCRIPTION", ObjectStatistics: "STATISTICS",
	ObjectTextSearchConfiguration: "TEXT SEARCH CONFIGURATION", ObjectTextSearchDictionary: "TEXT SEARCH DICTIONARY",
	ObjectTextSearchParser: "TEXT SEARCH PARSER", ObjectTextSearchTemplate: "TEXT SEARCH TEMPLATE",
	ObjectAccessMethod: "ACCESS METHOD", ObjectTransform: "TRANSFORM", ObjectParameter: "PARAMETER",
	ObjectDomainConstraint: "CONSTRAINT",
}

// String gives the words that name the kind in a command, in upper case.
func (k ObjectKind) String() string { return objectKinds[k] }

// Drop is DROP of any kind of object.
type Drop struct {
	Range
	Kind         ObjectKind
	Concurrently bool
	IfExists     bool
	Names        []Name
	// Args, for functions and the like, holds one entry a name: nil where no
	// argument list was given.
	Args    []*ArgTypes
	On      *Name   // the relation of a trigger, rule or policy
	Options []Ident // DROP DATABASE … WITH (FORCE)
	Cascade bool

	// Mapping is the role of DROP USER MAPPING FOR role SERVER name (the
	// server is in Names).
	Mapping *Role
}

// ArgTypes is a parenthesised list of argument types.
type ArgTypes struct {
	Range
	Types []*TypeName
}

// AlterTable is ALTER TABLE|VIEW|MATERIALIZED VIEW|FOREIGN TABLE|INDEX|SEQUENCE with one
// or more subcommands. RENAME, SET SCHEMA stand alone: see Rename and SetSchema.
type AlterTable struct {
	Range
	Kind     ObjectKind
	IfExists bool
	Table    *Relation
	Commands []AlterCommand
}

// AlterAction is what a subcommand of ALTER TABLE does.
type AlterAction int8

// The subcommands, with the fields of AlterCommand that they use.
const (
	AlterAddColumn          AlterAction = iota // Column, IfNotExists
	AlterDropColumn                            // Name, IfExists, Cascade
	AlterColumnType                            // Name, Type, Collation, Using
	AlterSetDefault                            // Name, Expr
	AlterDropDefault                           // Name
	AlterSetNotNull                            // Name
	AlterDropNotNull                           // Name
	AlterDropExpression                        // Name, IfExists
	AlterSetExpression                         // Name, Expr
	AlterAddIdentity                           // Name, Constraint
	AlterSetIdentity                           // Name, Sequence
	AlterDropIdentity                          // Name, IfExists
	AlterSetStatistics                         // Name, Text
	AlterSetStorage                            // Name, Text
	AlterSetCompression                        // Name, Text
	AlterColumnOptions                         // Name, Options (attribute options; Reset)
	AlterColumnFDWOptions                      // Name, Options
	AlterAddConstraint                         // Constraint
	AlterAlterConstraint                       // Name, Constraint
	AlterValidateConstraint                    // Name
	AlterDropConstraint                        // Name, IfExists, Cascade
	AlterSetOptions                            // Options
	AlterResetOptions                          // Options
	AlterFDWOptions                            // Options
	AlterOwner                                 // Role
	AlterSetTablespace                         // Text
	AlterSetAccessMethod                       // Text ("" for DEFAULT)
	AlterSetLogged
	AlterSetUnlogged
	AlterClusterOn // Name
	AlterSetWithoutCluster
	AlterSetWithoutOids
	AlterInherit   // Relation
	AlterNoInherit // Relation
	AlterOfType    // Type
	AlterNotOf
	AlterReplicaIdentity // Text ("full", "nothing", "default", "index"), Name
	AlterRowSecurity     // Text ("enable", "disable", "force", "no force")
	AlterTrigger         // Text ("enable", "disable", "enable always", "enable replica"), Name ("all" and "user" unquoted)
	AlterRule            // as AlterTrigger
	AlterAttachPartition // Relation, Bound
	AlterDetachPartition // Relation, Text ("", "concurrently", "finalize")
	AlterSequenceOptions // Sequence
)

// AlterCommand is one subcommand of ALTER TABLE.
type AlterCommand struct {
	Range
	Action      AlterAction
	Name        Ident
	IfExists    bool
	IfNotExists bool
	Cascade     bool
	Reset       bool
	Column      *ColumnDef
	Type        *TypeName
	Collation   *Name
	Expr        Expr // default, generation expression, or USING of a type change
	Constraint  *Constraint
	Options     []Option
	Sequence    []SequenceOption
	Role        *Role
	Relation    *Name
	Bound       *PartitionBound
	Text        string
}

// Rename is ALTER … RENAME [COLUMN|CONSTRAINT name] TO name.
type Rename struct {
	Range
	Kind     ObjectKind // of the object named by Name
	IfExists bool
	Only     bool
	Name     Name
	Args     *ArgTypes  // of a function or aggregate
	Part     ObjectKind // ObjectColumn or ObjectConstraint if a part is renamed, else Kind
	From     Ident      // the part
	To       Ident
	On       *Name // the relation of a trigger, rule or policy
}

// SetSchema is ALTER … SET SCHEMA.
type SetSchema struct {
	Range
	Kind     ObjectKind
	IfExists bool
	Name     Name
	Args     *ArgTypes
	Schema   Ident
}

// ChangeOwner is ALTER … OWNER TO, for objects other than relations (whose owner is
// changed by AlterTable).
type ChangeOwner struct {
	Range
	Kind  ObjectKind
	Name  Name
	Args  *ArgTypes
	Owner *Role
}

func (*Drop) statement()        {}
func (*AlterTable) statement()  {}
func (*Rename) statement()      {}
func (*SetSchema) statement()   {}
func (*ChangeOwner) statement() {}
