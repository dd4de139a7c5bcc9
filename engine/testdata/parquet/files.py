"""Writes files/*.parquet: small files by other writers, of every kind of value and coding.

usage: python files.py      (needs pyarrow, duckdb, polars; run in this folder)
"""
import datetime as dt, decimal, os, random, uuid
import numpy as np, pyarrow as pa, pyarrow.parquet as pq, duckdb, polars as pl


os.makedirs('files', exist_ok=True)
N = 60
rnd = random.Random(7)
nulls = [rnd.random() < 0.2 for _ in range(N)]

def some(f, t, null=True):
    return pa.array([None if null and nulls[i] else f(i) for i in range(N)], t)

dec = decimal.Decimal
when = dt.datetime(1969, 12, 31, 23, 59, 59, 999999)
text = lambda i: ['', 'a', 'ünïcode ☃', 'a longer string that repeats', f'row {i}', 'tab\tquote"back\\'][i % 6]
scalars = pa.table({
    'b': some(lambda i: i % 3 == 0, pa.bool_()), 'i8': some(lambda i: i - 30, pa.int8()), 'i16': some(lambda i: (i - 30) * 1000, pa.int16()),
    'i32': some(lambda i: (i - 30) * 70000000, pa.int32()), 'i64': some(lambda i: (i - 30) * 300000000000000000, pa.int64()),
    'u8': some(lambda i: 255 - i, pa.uint8()), 'u16': some(lambda i: 65535 - i, pa.uint16()), 'u32': some(lambda i: 4294967295 - i, pa.uint32()),
    'u64': some(lambda i: 18446744073709551615 - i, pa.uint64()), 'f16': some(lambda i: np.float16(i / 8 - 3), pa.float16()),
    'f32': some(lambda i: [0.1, float('nan'), float('inf'), -1.5e-7, 123456.0][i % 5], pa.float32()), 'f64': some(lambda i: [0.1, float('nan'), -float('inf'), 1e21, 1e-9, i / 3][i % 6], pa.float64()),
    'd9': some(lambda i: dec(i * 37 - 500).scaleb(-2), pa.decimal128(9, 2)), 'd18': some(lambda i: dec(i * 10**15 - 7).scaleb(-6), pa.decimal128(18, 6)),
    'd38': some(lambda i: dec(i * 10**35 - 12345).scaleb(-10), pa.decimal128(38, 10)), 'd60': some(lambda i: dec(i * 10**57 - 12345).scaleb(-20), pa.decimal256(60, 20)),
    's': some(text, pa.string()), 'ls': some(text, pa.large_string()), 'bin': some(lambda i: bytes([i, 0, 255]) * (i % 4), pa.binary()), 'fix': some(lambda i: bytes([i] * 5), pa.binary(5)),
    'date': some(lambda i: dt.date(1969, 12, 1) + dt.timedelta(i * 997), pa.date32()), 'time_ms': some(lambda i: i * 1439999, pa.time32('ms')), 'time_us': some(lambda i: i * 1439999999, pa.time64('us')),
    'time_ns': some(lambda i: i * 1439999999999, pa.time64('ns')), 'ts_ms': some(lambda i: when + dt.timedelta(days=i * 400), pa.timestamp('ms')) if False else some(lambda i: -1 + i * 34567890123, pa.timestamp('ms')),
    'ts_us': some(lambda i: when + dt.timedelta(days=i * 400), pa.timestamp('us')), 'ts_ns': some(lambda i: -1 + i * 3456789012345678, pa.timestamp('ns')),
    'tz_us': some(lambda i: when + dt.timedelta(days=i * 400), pa.timestamp('us', 'Europe/Berlin')), 'tz_ns': some(lambda i: -1001 + i, pa.timestamp('ns', 'UTC')),
    'uuid': pa.ExtensionArray.from_storage(pa.uuid(), some(lambda i: uuid.UUID(int=i * 0x1234567890abcdef1234567).bytes, pa.binary(16))),
    'json': pa.ExtensionArray.from_storage(pa.json_(), some(lambda i: '{"b": [1, 2.50], "a": "x%d"}' % i, pa.string())),
    'dict': some(lambda i: text(i % 4), pa.string()).dictionary_encode(), 'null': pa.nulls(N),
})
pq.write_table(scalars, 'files/pyarrow_scalars.parquet', compression='snappy', row_group_size=40, write_page_index=True)
pq.write_table(scalars, 'files/pyarrow_scalars_v2_zstd.parquet', compression='zstd', data_page_version='2.0', data_page_size=64, use_dictionary=False)
pq.write_table(scalars.select(['i32', 's', 'f64']), 'files/pyarrow_gzip.parquet', compression='gzip')
pq.write_table(scalars.select(['i32', 's', 'f64']), 'files/pyarrow_brotli.parquet', compression='brotli')
pq.write_table(scalars.select(['i32', 's', 'f64']), 'files/pyarrow_lz4.parquet', compression='lz4')
pq.write_table(scalars.select(['ts_us', 'ts_ns']), 'files/pyarrow_int96.parquet', use_deprecated_int96_timestamps=True)
enc = {'i32': 'DELTA_BINARY_PACKED', 'i64': 'DELTA_BINARY_PACKED', 's': 'DELTA_BYTE_ARRAY', 'ls': 'DELTA_LENGTH_BYTE_ARRAY', 'f32': 'BYTE_STREAM_SPLIT', 'f64': 'BYTE_STREAM_SPLIT',
       'fix': 'DELTA_BYTE_ARRAY', 'b': 'RLE', 'd9': 'BYTE_STREAM_SPLIT', 'date': 'BYTE_STREAM_SPLIT', 'bin': 'DELTA_LENGTH_BYTE_ARRAY'}
for v in ('1.0', '2.0'):
    pq.write_table(scalars.select(list(enc)), f'files/pyarrow_encodings_v{v[0]}.parquet', use_dictionary=False, column_encoding=enc, data_page_version=v, data_page_size=100)

struct = pa.struct([('x', pa.int32()), ('name', pa.string()), ('y', pa.struct([('when', pa.timestamp('us')), ('amount', pa.decimal128(12, 3))]))])
point = lambda i: None if i % 7 == 0 else {'x': None if i % 5 == 0 else i, 'name': text(i), 'y': None if i % 4 == 0 else {'when': when, 'amount': dec(i).scaleb(-3)}}
nested = pa.table({
    'li': some(lambda i: [None if k % 3 == 2 else k for k in range(i % 5)], pa.list_(pa.int64())), 'ls': some(lambda i: [text(k) for k in range(i % 4)], pa.list_(pa.string())),
    'ld': some(lambda i: [dec(i * k).scaleb(-2) for k in range(i % 3)], pa.list_(pa.decimal128(20, 2))), 'll': some(lambda i: [None if k == 1 else list(range(k)) for k in range(i % 4)], pa.list_(pa.list_(pa.int32()))),
    'st': some(point, struct), 'lst': some(lambda i: [point(k + i) for k in range(i % 3)], pa.list_(struct)), 'm': some(lambda i: [(text(k), k if k % 2 else None) for k in range(i % 5)], pa.map_(pa.string(), pa.int32())),
    'mi': some(lambda i: [(k, {'x': k, 'name': None, 'y': None}) for k in range(i % 3)], pa.map_(pa.int32(), struct)), 'ml': some(lambda i: [('k', [1.5, None])] * (i % 2), pa.map_(pa.string(), pa.list_(pa.float64()))),
    'f': some(lambda i: [i, i + 1], pa.list_(pa.int16(), 2)), 'many': some(lambda i: {'l': [[{'b': b'\x00\xff', 'd': dt.date(2000, 1, 1)}]] * (i % 3)}, pa.struct([('l', pa.list_(pa.list_(pa.struct([('b', pa.binary()), ('d', pa.date32())]))))])),
})
pq.write_table(nested, 'files/pyarrow_nested.parquet', row_group_size=25)
pq.write_table(nested, 'files/pyarrow_nested_v2.parquet', data_page_version='2.0', data_page_size=50, compression='zstd', write_page_index=True)
pq.write_table(pa.table({'i': pa.array([], pa.int32()), 's': pa.array([], pa.string())}), 'files/pyarrow_empty.parquet')

c = duckdb.connect()
c.execute("SET TimeZone='UTC'")
c.execute("""COPY (SELECT i::tinyint t, i::smallint s, i, i::bigint * 1000000007 b, (i*i)::hugeint::decimal(30,4) h, i % 3 = 0 AS flag, i / 7 AS d, (i / 7)::float f,
    'text ' || i % 5 AS txt, date '2020-02-28' + i::int AS dat, timestamp '2020-02-28 23:59:59.5' + interval (i) hour AS ts, timestamptz '2020-02-28 23:59:59+02' AS tz, time '01:02:03.000004' AS tm,
    uuid '00112233-4455-6677-8899-aabbccddeeff' AS u, encode('é' || i) AS bl, [i, NULL, i + 1] AS l, {'a': i, 'b': ['x', NULL]} AS st, map {'k' || i: i} AS m, 'happy'::ENUM('sad', 'happy') AS en,
    i::ubigint ub, i::utinyint ut, interval (i) day AS iv, '{"a": 1}'::json AS js FROM range(100) t(i)) TO 'files/duckdb.parquet' (COMPRESSION zstd)""")
c.execute("COPY (SELECT i, i * 0.5 AS d, 'v' || (i // 10) AS s, i::double AS dd FROM range(3000) t(i)) TO 'files/duckdb_v2.parquet' (PARQUET_VERSION v2, ROW_GROUP_SIZE 2048)")
pl.DataFrame({'i': range(50), 's': [text(i) for i in range(50)], 'l': [[i] * (i % 3) for i in range(50)], 'st': [{'a': i, 'b': str(i)} for i in range(50)],
    'cat': pl.Series(['x', 'y'] * 25, dtype=pl.Categorical), 'dur': [dt.timedelta(seconds=i) for i in range(50)], 'ts': [when + dt.timedelta(seconds=i) for i in range(50)],
    't': [dt.time(1, 2, i) for i in range(50)], 'f': [i / 3 for i in range(50)], 'n': [None] * 50, 'bin': [bytes([i]) for i in range(50)]}).write_parquet('files/polars.parquet', row_group_size=20, data_page_size=100)
c.execute("""COPY (SELECT i, CASE WHEN i % 5 = 0 THEN NULL WHEN i % 5 = 1 THEN {'a': i, 'b': ['x', NULL], 'c': {'d': 1.5}}::VARIANT WHEN i % 5 = 2 THEN 'text'::VARIANT WHEN i % 5 = 3 THEN [1, 2, i]::VARIANT ELSE true::VARIANT END mixed,
    {'a': i, 'n': date '2020-01-01', 'z': CASE WHEN i % 2 = 0 THEN i END}::VARIANT shredded, [i, i + 1]::VARIANT list, (i / 2)::VARIANT num FROM range(30) t(i)) TO 'files/duckdb_variant.parquet'""")
c.execute("SET force_mbedtls_unsafe = 'true'")
c.execute("PRAGMA add_parquet_key('k', '0123456789012345')")
c.execute("COPY (SELECT i, 'v' || i % 7 AS s FROM range(100) t(i)) TO 'files/duckdb_sealed.parquet' (ENCRYPTION_CONFIG {footer_key: 'k'})")
