// Package mysql reads statements of MySQL's dialect: TiDB's parser makes the
// tree, which is lowered here to the one that Postgres's dialect gives, so that
// one binder serves both.
//
//	MySQL text ─► TiDB's parser ─► its tree ─► lowering ─► ast.Statement
//
// What MySQL computes in another way than Postgres is lowered to what gives
// MySQL's answer: IF and IFNULL become CASE and COALESCE, a condition whose value is
// asked for becomes an integer, NULLs sort first when ascending, and where no
// expression of Postgres's will do there is a function of the schema mysql (see
// catalog/function), for instance mysql.divide for /.
//
// A name that is nowhere in back-quotes is folded to lower case, any other is
// spelled as there. The binder then finds columns in any case of letters, as
// MySQL does; tables are found as they are spelled.
// Strings compare byte by byte, as under the collation utf8mb4_bin; a number
// does not compare with a string that is not a constant, as in Postgres.
//
// Statements that set up a session and that MySQL does not have (RESET, DISCARD,
// SHOW of a setting, …) are read as Postgres's, so that drivers get by and
// a connection can go back.
package mysql
