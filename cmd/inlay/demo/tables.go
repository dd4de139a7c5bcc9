package demo

import (
	"github.com/inlaydb/inlay/storage/column"
	"github.com/inlaydb/inlay/storage/parquet"
)

// Table is one table of the shop.
type Table struct {
	Name    string
	Fields  []parquet.Field
	Monthly bool // one file a month, in a folder month=YYYY-MM
}

func ints(name string) parquet.Field { return parquet.Field{Name: name, Kind: column.Int32} }
func longs(name string) parquet.Field {
	return parquet.Field{Name: name, Kind: column.Int64}
}
func small(name string) parquet.Field {
	return parquet.Field{Name: name, Kind: column.Int16, Logical: parquet.LogicalType{Annotation: parquet.Integer, Bits: 16, Signed: true}}
}
func text(name string) parquet.Field {
	return parquet.Field{Name: name, Kind: column.Bytes, Logical: parquet.LogicalType{Annotation: parquet.String}}
}
func date(name string) parquet.Field {
	return parquet.Field{Name: name, Kind: column.Int32, Logical: parquet.LogicalType{Annotation: parquet.Date}}
}
func instant(name string) parquet.Field {
	return parquet.Field{Name: name, Kind: column.Int64, Logical: parquet.LogicalType{Annotation: parquet.Timestamp, Unit: parquet.Micros, UTC: true}}
}
func money(name string, precision int32) parquet.Field {
	return parquet.Field{Name: name, Kind: column.Int64, Logical: parquet.LogicalType{Annotation: parquet.Decimal, Precision: precision, Scale: 2}}
}
func boolean(name string) parquet.Field { return parquet.Field{Name: name, Kind: column.Bool} }
func nullable(f parquet.Field) parquet.Field {
	f.Nullable = true
	return f
}

// The tables of the shop. Amounts are in euros.
var (
	Customers = Table{Name: "customers", Fields: []parquet.Field{
		ints("customer_id"), text("name"), text("email"), text("country"), text("city"), text("segment"),
		date("signed_up"), nullable(small("birth_year")), boolean("newsletter")}}
	Products = Table{Name: "products", Fields: []parquet.Field{
		ints("product_id"), text("name"), text("category"), text("brand"), money("price", 10), money("cost", 10),
		date("launched"), boolean("discontinued")}}
	Orders = Table{Name: "orders", Monthly: true, Fields: []parquet.Field{
		longs("order_id"), ints("customer_id"), instant("ordered_at"), text("status"), text("channel"), text("country"),
		nullable(text("coupon")), money("shipping", 8), money("total", 12), nullable(date("delivered_on"))}}
	OrderLines = Table{Name: "order_lines", Monthly: true, Fields: []parquet.Field{
		longs("order_id"), small("line_no"), ints("product_id"), small("quantity"), money("unit_price", 10),
		money("discount", 4), money("amount", 12)}}
	Events = Table{Name: "events", Monthly: true, Fields: []parquet.Field{
		longs("event_id"), longs("session_id"), instant("occurred_at"), nullable(ints("customer_id")), text("kind"),
		nullable(ints("product_id")), nullable(longs("order_id")), text("device"), nullable(text("search")), nullable(ints("duration_ms"))}}
)

// Tables are all of them.
var Tables = []*Table{&Customers, &Products, &Orders, &OrderLines, &Events}
