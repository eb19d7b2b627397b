"""A sheet of an .ods while it is read: what its cells hold, each at its place."""

from dataclasses import dataclass, field

from flows.workbook.grid import Grid, Value
from flows.workbook.scan import Area, Position


@dataclass
class Sheet:
    """A sheet while it is read."""

    name: str
    is_hidden: bool
    values: dict[Position, Value] = field(default_factory=dict)
    errors: dict[Position, str] = field(default_factory=dict)
    formulas: dict[Position, str] = field(default_factory=dict)
    uncached: set[Position] = field(default_factory=set)
    percents: set[Position] = field(default_factory=set)
    merges: list[Area] = field(default_factory=list)
    is_foreign: bool = False

    def grid(self, number: int) -> Grid:
        """The sheet as it is handed on."""
        last_row = max((row for row, _ in self.values.keys() | self.errors.keys() | self.uncached), default=0)
        rows: list[list[Value]] = [[] for _ in range(last_row)]
        for (row, column), value in self.values.items():
            values = rows[row - 1]
            values += [""] * (column - len(values))
            values[column - 1] = value
        return Grid(
            name=self.name,
            number=number,
            is_hidden=self.is_hidden,
            rows=rows,
            errors=self.errors,
            formulas=self.formulas,
            uncached=frozenset(self.uncached),
            percents=frozenset(self.percents),
            merges=tuple(self.merges),
        )


@dataclass(frozen=True)
class Cell:
    """A cell that holds something: its first column, over how many it is repeated, and what it holds."""

    column: int
    columns: int
    value: Value
    kind: str
    formula: str


def place_cell(sheet: Sheet, position: Position, cell: Cell) -> None:
    """Put a cell into one of the places that it stands for."""
    if cell.formula:
        sheet.formulas[position] = cell.formula
    if cell.kind == "error":
        sheet.errors[position] = str(cell.value)
    elif not cell.kind:
        sheet.uncached.add(position)
    elif cell.value != "":
        sheet.values[position] = cell.value
    if cell.kind == "percentage":
        sheet.percents.add(position)
