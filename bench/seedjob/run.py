"""Measures the seed job: lineitem reshaped into zstd Parquet, by DuckDB's COPY, by
Inlay's COPY and by rowwise.py, in one run, each in a process of its own.

    run.py LINEITEM.parquet INLAY_BINARY WORK_FOLDER [--runs N] [--rowwise]

Needs duckdb, psycopg and pyarrow. Prints wall seconds (least of the runs), CPU
seconds and bytes; engines take turns. --rowwise adds the Python job (minutes).
"""

import argparse
import os
import resource
import socket
import subprocess
import sys
import time

SELECT = "SELECT *, l_extendedprice * (1 - l_discount) AS revenue, date_trunc('month', l_shipdate)::date AS month FROM {}"


def duckdb_job(source, target, threads):
    code = f"import duckdb; c = duckdb.connect(config={{'threads': {threads}}}); c.execute('SET enable_progress_bar = false'); c.execute({('COPY (' + SELECT.format(source) + f') TO {target!r} (FORMAT parquet, COMPRESSION zstd)')!r})"
    subprocess.run([sys.executable, "-c", code], check=True)


class Server:
    def __init__(self, binary, work):
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            self.port = s.getsockname()[1]
        self.proc = subprocess.Popen([binary, "serve", "--in-memory", "--listen", f"127.0.0.1:{self.port}", "--temp-dir", work], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.proc.stdout.readline()

    def cpu(self):
        with open(f"/proc/{self.proc.pid}/stat") as f:
            parts = f.read().rsplit(") ", 1)[1].split()
        return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")

    def job(self, source, target):
        import psycopg

        with psycopg.connect(host="127.0.0.1", port=self.port, user="u", dbname="d", autocommit=True) as c:
            c.execute("COPY (" + SELECT.format(source) + f") TO '{target}' (FORMAT parquet, COMPRESSION zstd)")


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("lineitem")
    a.add_argument("binary")
    a.add_argument("work")
    a.add_argument("--runs", type=int, default=3)
    a.add_argument("--rowwise", action="store_true")
    a = a.parse_args()
    os.makedirs(a.work, exist_ok=True)
    csv_file = os.path.join(a.work, "lineitem.csv")
    if not os.path.exists(csv_file):
        import duckdb

        duckdb.connect().execute("SET enable_progress_bar = false").execute(f"COPY (SELECT * FROM '{a.lineitem}') TO '{csv_file}' (FORMAT csv, HEADER)")
    server = Server(a.binary, a.work)
    results = {}

    def measure(name, cpu, job):
        start, used = time.time(), cpu()
        job()
        wall, used = time.time() - start, cpu() - used
        results.setdefault(name, []).append((wall, used))
        print(f"{name}: {wall:.2f} s, {used:.2f} CPU s", flush=True)

    def children():
        r = resource.getrusage(resource.RUSAGE_CHILDREN)
        return r.ru_utime + r.ru_stime

    out = lambda n: os.path.join(a.work, n + ".parquet")
    try:
        for _ in range(a.runs):
            for kind, path in (("Parquet", a.lineitem), ("CSV", csv_file)):
                measure(f"duckdb from {kind}", children, lambda: duckdb_job(f"'{path}'", out("duckdb_" + kind), os.cpu_count()))
                measure(f"inlay from {kind}", server.cpu, lambda: server.job(f"'{path}'", out("inlay_" + kind)))
        if a.rowwise:
            measure("rowwise Python from CSV", children, lambda: subprocess.run(
                [sys.executable, os.path.join(os.path.dirname(__file__), "rowwise.py"), csv_file, out("rowwise")], check=True))
    finally:
        server.proc.terminate()
        server.proc.wait()
    print("\n| job | wall s | CPU s |\n|---|---:|---:|")
    for name, runs in results.items():
        print(f"| {name} | {min(r[0] for r in runs):.2f} | {min(r[1] for r in runs):.2f} |")
    import duckdb

    for kind in ("Parquet", "CSV"):
        theirs, ours = out("duckdb_" + kind), out("inlay_" + kind)
        d, i = os.path.getsize(theirs), os.path.getsize(ours)
        differ = duckdb.connect().execute(f"SELECT count(*) FROM (SELECT * FROM '{theirs}' EXCEPT ALL SELECT * FROM '{ours}')").fetchone()[0]
        print(f"from {kind}: bytes duckdb {d}, inlay {i} ({i / d:.3f}); rows that differ: {differ}")


if __name__ == "__main__":
    main()
