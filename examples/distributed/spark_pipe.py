"""The stream as a filter of Spark: `rdd.pipe("vessel-reward stream", checkCode=True)`.

    python spark_pipe.py requests.ndjson --faults
"""

from __future__ import annotations

import argparse
import os
import shlex
import sys
import tempfile
import time
from pathlib import Path
from typing import List, Optional

from pyspark import SparkContext
from pyspark.conf import SparkConf

from compare import masks_in, read_lines, report, single_process, verdict
from faults import happened
from stream import command


def context(cores: int) -> SparkContext:
    # local[n] alone gives up at the first failure; local[n, 4] tries a task four times, as clusters do.
    conf = SparkConf().setMaster(f"local[{cores}, 4]").setAppName("vessel-reward")
    conf.set("spark.ui.enabled", "false").set("spark.ui.showConsoleProgress", "false")
    conf.set("spark.driver.host", "127.0.0.1")
    conf.set("spark.driver.bindAddress", "127.0.0.1").set("spark.driver.memory", "2g")
    # Workers import what this folder has.
    os.environ["PYTHONPATH"] = str(Path(__file__).resolve().parent)
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    spark = SparkContext(conf=conf)
    spark.setLogLevel("OFF")
    return spark


def answers(spark: SparkContext, path: str, partitions: int, faults: Optional[str] = None) -> List[str]:
    """Answers in the order of the file: partitions are parts of it, and `collect` keeps their order."""
    run = command()
    if faults is not None:
        wrapper = Path(__file__).with_name("faulty_pipe.py")
        run = [sys.executable, str(wrapper), faults, "--", *run]
    requests = spark.textFile(Path(path).resolve().as_uri(), partitions)
    # Without checkCode a filter that fails gives what it had written so far, silently.
    return requests.pipe(shlex.join(run), env=dict(os.environ), checkCode=True).collect()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("requests", help="from make_requests.py")
    parser.add_argument("--partitions", type=int, default=10, help="each starts a stream of its own")
    parser.add_argument("--cores", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--faults", action="store_true", help="a stream and a worker are killed")
    options = parser.parse_args()

    lines = read_lines(options.requests)
    masks = masks_in(lines)
    for cores in options.cores:
        spark = context(cores)
        # The Java machine and its Python workers take seconds to start; a cluster has them already.
        spark.parallelize(range(cores), cores).map(abs).collect()
        # Before each run, as a machine has other work at other times.
        expected, seconds = single_process(options.requests)
        report("one process", seconds, masks)
        begin = time.perf_counter()
        got = answers(spark, options.requests, options.partitions)
        report(f"Spark, pipe, {cores} at a time", time.perf_counter() - begin, masks)
        verdict("Spark", got, expected)
        if options.faults:
            with tempfile.TemporaryDirectory() as faults:
                got = answers(spark, options.requests, options.partitions, faults)
                verdict("Spark with faults", got, expected)
                if happened(faults) != 2:
                    raise SystemExit(f"expected 2 accidents, got {happened(faults)}: too few partitions")
            print("Spark: a stream and a worker killed, nothing lost, nothing doubled")
        spark.stop()
    print(f"all equal to one process, in order: {len(lines)} answers, {masks} masks")


if __name__ == "__main__":
    main()
