"""Times the TPC-H queries over Parquet files in S3, on DuckDB or on a server that
speaks the Postgres protocol. docs/s3.md says how the S3 server is started.

    s3_latency.py QUERIES ENDPOINT BUCKET duckdb [RUNS]
    s3_latency.py QUERIES ENDPOINT BUCKET DSN    [RUNS]

QUERIES is a folder of q01.sql, q02.sql, …; ENDPOINT is that of the S3 server
(host:port), of which an Inlay server learns by AWS_ENDPOINT_URL instead.
"""

import glob
import os
import sys
import time

TABLES = "customer lineitem nation orders part partsupp region supplier".split()


def duckdb_connection(endpoint):
    import duckdb
    from duckdb_extensions import import_extension

    import_extension("httpfs")
    c = duckdb.connect(config={"threads": os.cpu_count()})
    c.execute("LOAD httpfs")
    c.execute(
        "CREATE SECRET s (TYPE s3, KEY_ID '{}', SECRET '{}', ENDPOINT '{}', USE_SSL false, URL_STYLE 'path', REGION 'us-east-1')".format(
            os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"], endpoint))
    return c


def main():
    queries, endpoint, bucket, engine = sys.argv[1:5]
    runs = int(sys.argv[5]) if len(sys.argv) > 5 else 2
    if engine == "duckdb":
        c = duckdb_connection(endpoint)
    else:
        import psycopg

        c = psycopg.connect(engine, autocommit=True)
    for t in TABLES:
        c.execute(f"CREATE OR REPLACE VIEW {t} AS SELECT * FROM 's3://{bucket}/{t}.parquet'")
    for run in range(1, runs + 1):
        times = []
        for path in sorted(glob.glob(os.path.join(queries, "q*.sql"))):
            with open(path) as f:
                sql = f.read().strip().rstrip(";")
            start = time.time()
            c.execute(sql).fetchall()
            times.append(time.time() - start)
        print(f"run {run}: {sum(times):.2f} s:", " ".join(f"{t:.2f}" for t in times), flush=True)


if __name__ == "__main__":
    main()
