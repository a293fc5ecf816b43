# SPDX-FileCopyrightText: 2026 The gemlive authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What bench.py prints. Pure."""
import figures

# Of a run, in this order: name, heading.
COLUMNS = (("cpu", "cpu ms/s"), ("user", "user"), ("system", "system"), ("wake-ups", "wake-ups/s"),
           ("up p50", "up p50 ms"), ("up p99", "p99"), ("down p50", "down p50 ms"), ("down p99", "p99"),
           ("audio", "audio %"), ("rss", "RSS MiB"), ("connect", "connect ms"), ("server", "server %"), ("server late", "late p99 ms"),
           ("others", "others %"))
RATIOS = ("cpu", "user", "system", "wake-ups", "up p50", "up p99", "down p50", "down p99", "rss", "connect")


def heading(name):
    """Of a table in which the names do not stand side by side."""
    head = dict(COLUMNS)[name]
    return f"{name} ms" if head == "p99" else head


def cell(value):
    if value is None:
        return "-"
    if isinstance(value, (str, int)):
        return str(value)
    return f"{value:.2f}" if abs(value) < 100 else f"{value:.0f}"


def table(heads, rows):
    """Columns of text. The first is aligned to the left."""
    texts = [heads, *([cell(value) for value in row] for row in rows)]
    widths = [max(len(row[i]) for row in texts) for i in range(len(heads))]
    return "\n".join("  ".join(text.rjust(width) if i else text.ljust(width)
                               for i, (text, width) in enumerate(zip(row, widths))).rstrip() for row in texts)


def run_rows(runs):
    """`runs`: the figures by client."""
    return [[client, *(run.get(name) for name, _ in COLUMNS)] for client, run in runs.items()]


def ratio_rows(runs, names, base="gemlive"):
    """How many times as much as gemlive each other client needs."""
    return [[f"{client} : {base}", *(figures.ratio(run.get(name), runs[base].get(name)) for name in names)]
            for client, run in runs.items() if client != base]


def run_table(runs):
    text = table(["client", *(head for _, head in COLUMNS)], run_rows(runs))
    if "gemlive" in runs and len(runs) > 1:
        text += "\n\n" + table(["ratio", *RATIOS], ratio_rows(runs, RATIOS))
    return text


def comparison(first, second):
    """Two builds: the medians, their ratio, and the range of each. Lists of runs."""
    a, b = figures.medians(first), figures.medians(second)
    rows = []
    for name, _ in COLUMNS:
        spans = []
        for runs in (first, second):
            known = [run[name] for run in runs if run.get(name) is not None]
            spans.append(f"{cell(min(known))} to {cell(max(known))}" if known else None)
        rows.append([heading(name), a.get(name), b.get(name), figures.ratio(b.get(name), a.get(name)), *spans])
    return table(["median", "A", "B", "B : A", "A: range", "B: range"], rows)
