"""The seed job as it is often written by hand: one Python row at a time, from CSV.

    rowwise.py lineitem.csv out.parquet

lineitem.csv has a header. revenue = l_extendedprice * (1 - l_discount), month is
the first day of l_shipdate's month.
"""

import csv
import sys
from datetime import date
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq

INTS = ("l_orderkey", "l_partkey", "l_suppkey", "l_linenumber")
DECIMALS = ("l_quantity", "l_extendedprice", "l_discount", "l_tax")
DATES = ("l_shipdate", "l_commitdate", "l_receiptdate")


def schema(names):
    fields = []
    for n in names:
        t = pa.int64() if n in INTS else pa.decimal128(15, 2) if n in DECIMALS else pa.date32() if n in DATES else pa.string()
        fields.append((n, t))
    return pa.schema(fields + [("revenue", pa.decimal128(31, 4)), ("month", pa.date32())])


def main(source, target):
    with open(source, newline="") as f:
        rows = csv.DictReader(f)
        s = schema(rows.fieldnames)
        with pq.ParquetWriter(target, s, compression="zstd") as out:
            batch = []
            for row in rows:
                for n in INTS:
                    row[n] = int(row[n])
                for n in DECIMALS:
                    row[n] = Decimal(row[n])
                for n in DATES:
                    row[n] = date.fromisoformat(row[n])
                row["revenue"] = row["l_extendedprice"] * (1 - row["l_discount"])
                row["month"] = row["l_shipdate"].replace(day=1)
                batch.append(row)
                if len(batch) == 122880:
                    out.write_table(pa.Table.from_pylist(batch, schema=s))
                    batch = []
            if batch:
                out.write_table(pa.Table.from_pylist(batch, schema=s))


if __name__ == "__main__":
    main(*sys.argv[1:])
