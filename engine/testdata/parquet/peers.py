"""Writes peers.tsv: what pyarrow and DuckDB read of each Parquet file.

usage: python peers.py FOLDER... > peers.tsv     (files/ and parquet-testing's data; needs pyarrow, duckdb)

A line is: file <tab> reader <tab> column <tab> rows <tab> digest, or with column "!" and the error.
The digest is of one line per row: the value as to_jsonb prints it after the type mapping of
docs/parquet.md (times in microseconds, rounded down); NULL as N.
"""
import datetime as dt, decimal, hashlib, json, math, os, sys, uuid, warnings
import numpy as np, pyarrow as pa, pyarrow.parquet as pq, duckdb

warnings.filterwarnings('ignore')
decimal.getcontext().prec = 200
EPOCH = dt.datetime(1970, 1, 1)

def string(s):
    return json.dumps(s, ensure_ascii=False).replace('\x7f', '\x7f')

def obj(pairs):
    seen = {}
    for k, v in pairs: seen[k] = v
    return '{' + ', '.join(string(k) + ': ' + seen[k] for k in sorted(seen, key=lambda k: (len(k.encode()), k.encode()))) + '}'

def number(f, bits=64):
    if f != f: return '"NaN"'
    if math.isinf(f): return '"Infinity"' if f > 0 else '"-Infinity"'
    if f == 0: return '0'
    t = format(decimal.Decimal(str(np.float32(f)) if bits == 32 else repr(float(f))), 'f')
    return t[:-2] if t.endswith('.0') else t

def stamp(us, tz):
    day, rest = divmod(us, 86400 * 10**6)
    year, d = 1970, dt.date(2000, 1, 1).toordinal()
    # python's dates end at 9999: shift by cycles of 400 years
    cyc, o = divmod(day + 719162, 146097)
    d = dt.date.fromordinal(o + 1)
    year = d.year + 400 * cyc
    sec, frac = divmod(rest, 10**6)
    bc = ' BC' if year <= 0 else ''
    if year <= 0: year = 1 - year
    t = f'{year:04d}-{d.month:02d}-{d.day:02d}T{sec // 3600:02d}:{sec // 60 % 60:02d}:{sec % 60:02d}'
    if frac: t += ('.%06d' % frac).rstrip('0')
    return string(t + ('+00:00' if tz else '') + bc)

def clock(us):
    sec, frac = divmod(us, 10**6)
    t = f'{sec // 3600:02d}:{sec // 60 % 60:02d}:{sec % 60:02d}'
    return string(t + (('.%06d' % frac).rstrip('0') if frac else ''))

MUL = {'s': 10**6, 'ms': 1000, 'us': 1}
def micros(v, unit): return v // 1000 if unit == 'ns' else v * MUL[unit]

def text(v, t):
    """v is a pyarrow scalar of type t."""
    if v is None or not v.is_valid: return 'null'
    if isinstance(t, pa.BaseExtensionType):
        if t.extension_name == 'arrow.uuid': return string(str(v.as_py()))
        if t.extension_name == 'arrow.json':
            return canonical(v.as_py())
        return text(v.value, t.storage_type)
    ty = pa.types
    if ty.is_dictionary(t): return text(pa.scalar(v.as_py(), t.value_type), t.value_type)
    if ty.is_boolean(t): return 'true' if v.as_py() else 'false'
    if ty.is_integer(t): return str(v.as_py())
    if ty.is_float16(t) or ty.is_float32(t): return number(v.as_py(), 32)
    if ty.is_floating(t): return number(v.as_py())
    if ty.is_decimal(t): return format(v.as_py(), 'f')
    if ty.is_date32(t): return stamp(v.value * 86400 * 10**6, False)[:-10] + '"'
    if ty.is_timestamp(t): return stamp(micros(v.value, t.unit), t.tz is not None)
    if ty.is_time(t): return clock(micros(v.value, t.unit))
    if ty.is_duration(t): return str(v.value)
    if ty.is_string(t) or ty.is_large_string(t) or ty.is_string_view(t): return string(v.as_py())
    if ty.is_binary(t) or ty.is_large_binary(t) or ty.is_fixed_size_binary(t) or ty.is_binary_view(t): return string('\\x' + v.as_py().hex())
    if ty.is_map(t):
        return obj([(key(text(e['key'], t.key_type)), text(e['value'], t.item_type)) for e in v.values] if v.values is not None else [])
    if ty.is_struct(t): return obj([(t[i].name, text(v[i], t[i].type)) for i in range(t.num_fields)])
    if ty.is_list(t) or ty.is_large_list(t) or ty.is_fixed_size_list(t): return '[' + ', '.join(text(x, t.value_type) for x in v.values) + ']'
    if ty.is_null(t): return 'null'
    raise TypeError(str(t))

def key(t): return json.loads(t) if t.startswith('"') else t

def canonical(s):
    def w(x):
        if isinstance(x, dict): return obj([(k, w(v)) for k, v in x.items()])
        if isinstance(x, list): return '[' + ', '.join(map(w, x)) + ']'
        if isinstance(x, bool): return 'true' if x else 'false'
        if x is None: return 'null'
        if isinstance(x, str): return string(x)
        return format(x, 'f') if isinstance(x, decimal.Decimal) else str(x)
    return w(json.loads(s, parse_float=decimal.Decimal))

def duck(v, t):
    """v is a Python value that DuckDB gave for its type t."""
    if v is None: return 'null'
    n = t.id
    if n in ('list', 'array'):
        return '[' + ', '.join(duck(x, t.children[0][1]) for x in v) + ']'
    if n == 'struct': return obj([(k, duck(v[k], c)) for k, c in t.children])
    if n == 'map':
        (_, kt), (_, vt) = t.children
        return obj([(key(duck(a, kt)), duck(b, vt)) for a, b in v.items()])
    if n == 'variant': return anything(v)
    if n == 'boolean': return 'true' if v else 'false'
    if n == 'float': return number(v, 32)
    if n == 'double': return number(v)
    if n == 'decimal': return format(v, 'f')
    if n == 'json' or str(t) == 'JSON': return canonical(v)
    if n == 'date': return string(v if isinstance(v, str) else v.isoformat())
    if n in ('timestamp', 'timestamp_ms', 'timestamp_s', 'timestamp_ns', 'timestamp with time zone'):
        tz = n.endswith('zone')
        if isinstance(v, str): return string(v)
        if tz: v = v.astimezone(dt.timezone.utc).replace(tzinfo=None)
        return stamp((v - EPOCH) // dt.timedelta(microseconds=1), tz)
    if n.startswith('time') and isinstance(v, dt.time): return clock(((v.hour * 60 + v.minute) * 60 + v.second) * 10**6 + v.microsecond)
    if isinstance(v, (bytes, bytearray)): return string('\\x' + bytes(v).hex())
    if isinstance(v, (uuid.UUID, str)): return string(str(v))
    if isinstance(v, (int, decimal.Decimal)): return format(v, 'f') if isinstance(v, decimal.Decimal) else str(v)
    return string(str(v))

def anything(v):
    """v is what DuckDB gives of a variant."""
    if isinstance(v, dict): return obj([(k, anything(x)) for k, x in v.items()])
    if isinstance(v, list): return '[' + ', '.join(map(anything, v)) + ']'
    if v is None: return 'null'
    if isinstance(v, bool): return 'true' if v else 'false'
    if isinstance(v, float): return number(v)
    if isinstance(v, decimal.Decimal): return format(v, 'f')
    if isinstance(v, int): return str(v)
    return string(v.isoformat() if isinstance(v, dt.date) else str(v))

def out(name, reader, col, lines):
    d = hashlib.sha1('\n'.join('N' if x == 'null' else x for x in lines).encode()).hexdigest()[:16]
    print(name, reader, col, len(lines), d, sep='\t')

def short(e, path): return ' '.join(str(e).replace(path, os.path.basename(path)).split())[:100]

sys.stdout.reconfigure(encoding='utf-8')
for folder in sys.argv[1:]:
    for root, _, names in os.walk(folder):
        for f in sorted(names):
            if '.parquet' not in f or f.endswith('.json'): continue
            path = os.path.join(root, f)
            name = os.path.relpath(path, folder)
            try:
                file = pq.ParquetFile(path, coerce_int96_timestamp_unit='us')
                fields = list(file.schema_arrow)
                for fi in fields:
                    try:
                        col = file.read(columns=[fi.name]).column(fi.name)
                        out(name, 'pyarrow', fi.name, [text(v, fi.type) for v in col])
                    except Exception as e: print(name, 'pyarrow', '!', f'{fi.name}: {short(e, path)}', sep='\t')
            except Exception as e: print(name, 'pyarrow', '!', short(e, path), sep='\t')
            try:
                con = duckdb.connect(); con.execute("SET TimeZone='UTC'")
                source = f"read_parquet('{path}', hive_partitioning=false)"
                if 'sealed' in f:
                    con.execute("PRAGMA add_parquet_key('k', '0123456789012345')")
                    source = source[:-1] + ", encryption_config={footer_key: 'k'})"
                rel = con.sql(f"SELECT * FROM {source}")
                for i, c in enumerate(rel.columns):
                    q = '"' + c.replace('"', '""') + '"'
                    tz = rel.types[i].id in ('timestamp with time zone', 'timestamptz_ns') or 'time zone' in str(rel.types[i]).lower()
                    try:
                        if tz: out(name, 'duckdb', c, ['null' if r[0] is None else stamp(r[0], True) for r in con.sql(f"SELECT epoch_us({q}) FROM {source}").fetchall()])
                        else: out(name, 'duckdb', c, [duck(r[0], rel.types[i]) for r in con.sql(f"SELECT {q} FROM {source}").fetchall()])
                    except Exception as e: print(name, 'duckdb', '!', f'{c}: {short(e, path)}', sep='\t')
            except Exception as e: print(name, 'duckdb', '!', short(e, path), sep='\t')
