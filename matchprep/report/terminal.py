"""A look into one file, in a terminal: what it is, and what its columns hold."""

from __future__ import annotations

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from matchprep.report.model import Column, Inspection
from matchprep.report.words import count, counted, field, kind_of_file, percent, share, shown, size

#: From this width on, the reasons have a column of their own.
WIDE = 110
#: So many shapes or values of a column are shown.
SHOWN = 3
#: So many things that are odd about the values are shown; `--json` has all of them.
MOST = 12
#: Reasons that go without saying where there is little room.
_OBVIOUS = ("its header is the field's own name", "its header is another name for it")


def print_inspection(inspection: Inspection, console: Console) -> None:
    """Print what a file is and what each of its columns holds.

    Args:
        inspection: What was found.
        console: Where to print; its width decides the layout.
    """
    console.print()
    console.print(Padding(_source(inspection), (0, 0, 1, 2)))
    console.print(Padding(_columns(inspection, wide=console.width >= WIDE), (0, 0, 1, 2)))
    if inspection.quality:
        console.print(Padding(_quality(inspection), (0, 0, 1, 2)))
    if inspection.columns:
        console.print(Text('  A column is misunderstood? Say what it is: --map "HEADER=field"', style="dim"))
        console.print()


def _source(inspection: Inspection) -> Text:
    source = inspection.source
    says = Text(shown(source.file), style="bold")
    form = kind_of_file(source.format, source.delimiter, source.encoding, source.compression)
    columns = counted(len(inspection.columns), "column")
    extent = f"{counted(source.rows, 'row')}, {columns}, {size(source.size_bytes)}"
    says.append(f"\n{form}\n{extent}", style="not bold")
    if inspection.unread:
        says.append(f"\n{counted(inspection.unread, 'row')} cannot be read", style="not bold yellow")
    for assumption in source.assumptions:
        says.append(f"\n{shown(assumption)}", style="not bold dim")
    return says


def _columns(inspection: Inspection, *, wide: bool) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim underline")
    table.add_column("Column", overflow="fold", style="bold", ratio=3)
    table.add_column("Understood as", overflow="fold", ratio=3)
    if wide:
        table.add_column("Why", overflow="fold", style="dim", ratio=5)
    for name in ("Filled", "Valid", "Distinct"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("Values" if inspection.values else "Shapes", overflow="fold", ratio=4)
    rows = inspection.source.rows - inspection.unread
    for column in inspection.columns:
        table.add_row(*_cells(column, inspection, rows, wide=wide))
    return table


def _cells(column: Column, inspection: Inspection, rows: int, *, wide: bool) -> list[Text]:
    understood = Text(field(column.field)) if column.field else Text("left alone", style="dim")
    if not wide and column.why and column.why not in _OBVIOUS:
        understood.append(f"\n{shown(column.why)}", style="dim")
    examples = [one.shape for one in column.shapes]
    if inspection.values:
        examples = [value for value, _ in inspection.values.get(column.column, ())]
    return [
        Text(shown(column.column)),
        understood,
        *([Text(shown(column.why))] if wide else []),
        Text(percent(share(column.filled, rows))),
        _valid(column),
        Text("–" if column.distinct is None else count(column.distinct)),
        Text("\n".join(shown(example) for example in examples[: SHOWN if wide else SHOWN - 1]), style="cyan"),
    ]


def _quality(inspection: Inspection) -> Table:
    """What was mended in the values, and what somebody should look at."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim underline")
    table.add_column("Rows", justify="right", no_wrap=True)
    table.add_column("Values", overflow="fold")
    for one in inspection.quality[:MOST]:
        says = Text(shown(one.says), style="yellow" if one.severity == "warning" else "")
        if one.do and one.severity == "warning":
            says.append(f"\n{shown(one.do)}", style="dim not bold")
        table.add_row(Text(count(one.count)), says)
    if len(inspection.quality) > MOST:
        table.add_row("", Text(f"{len(inspection.quality) - MOST} more, with --json", style="dim"))
    return table


def _valid(column: Column) -> Text:
    if column.valid is None or not column.filled:
        return Text("–", style="dim")
    valid = share(column.valid, column.filled)
    return Text(percent(valid), style="red" if valid < 0.5 else "yellow" if valid < 0.9 else "")
