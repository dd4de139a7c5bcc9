"""Writes public.txt: for each column of each public Parquet file, what pyarrow reads.

usage: python golden.py DIR > public.txt   (DIR: parquet-testing/data; needs pyarrow)

A line is: file <tab> column <tab> rows <tab> nulls <tab> digest. The digest is of the
values' text, one line each, as golden_test.go writes it: integers in decimal (decimals
unscaled, times in microseconds, rounded down), floats as the hex bits of the double,
bytes in hex, NULL as N, lists as [a,b].
"""
import decimal, hashlib, os, struct, sys
import pyarrow as pa, pyarrow.parquet as pq

decimal.getcontext().prec = 100

def text(v, t):
    if v is None: return 'N'
    if pa.types.is_boolean(t): return str(int(v))
    if pa.types.is_integer(t): return str(v)
    if pa.types.is_floating(t):
        f = float(v)
        return 'nan' if f != f else struct.pack('>d', f).hex()
    if pa.types.is_decimal(t): return str(int(v.scaleb(t.scale)))
    if pa.types.is_binary(t) or pa.types.is_fixed_size_binary(t): return bytes(v).hex()
    if pa.types.is_string(t): return v.encode().hex()
    if pa.types.is_list(t) or pa.types.is_large_list(t): return '[' + ','.join(text(x, t.value_type) for x in v) + ']'
    raise TypeError(str(t))

def plain(col):
    t = col.type
    if pa.types.is_dictionary(t): return plain(col.cast(t.value_type))
    if pa.types.is_timestamp(t) or pa.types.is_time(t) or pa.types.is_date(t):
        wide = col.cast(pa.int32()).cast(pa.int64()) if t.bit_width == 32 else col.cast(pa.int64())
        if pa.types.is_date(t): return wide
        mul = {'s': 10**6, 'ms': 1000, 'us': 1, 'ns': 0}[t.unit]
        vals = [None if x is None else (x * mul if mul else x // 1000) for x in wide.to_pylist()]
        return pa.chunked_array([pa.array(vals, pa.int64())])
    return col

for name in sorted(os.listdir(sys.argv[1])):
    if not name.endswith('.parquet'): continue
    try:
        f = pq.ParquetFile(os.path.join(sys.argv[1], name), coerce_int96_timestamp_unit='us')
        fields = list(f.schema_arrow)
    except Exception as e:
        print(name, '!', str(e).split('\n')[0][:80].replace('\t', ' '), sep='\t')
        continue
    for field in fields:
        t = field.type
        if pa.types.is_nested(t) and not (pa.types.is_list(t) and not pa.types.is_nested(t.value_type)): continue
        try:
            col = plain(f.read(columns=[field.name]).column(0))
            lines = [text(v, col.type) for v in (col.to_pylist())]
        except Exception as e:
            print(name, field.name, '!', str(e).split('\n')[0][:80].replace('\t', ' '), sep='\t')
            continue
        d = hashlib.sha1(('\n'.join(lines)).encode()).hexdigest()[:16]
        print(name, field.name, len(lines), lines.count('N'), d, sep='\t')
