"""What the public files say of a figure, looked up by what a picture says that it shows."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from pathlib import Path

import polars as pl

from flows.reference import load, packaged_file

DOT = "."
LAND, WHOLE = "06", "gesamt"
_WORDS = {
    "not_recorded": ("nicht erhoben", "n. e."),
    "missing_report": ("Bericht fehlt", "fehlt"),
    "not_applicable": ("nicht anwendbar", "n. a."),
    "hidden": (DOT, DOT),
}
_SIGNS = {"EUR": "€", "%": "%", "hours": "Std.", "FTE": "VZÄ", "days": "Tage", "EUR per FTE": "€ je VZÄ"}


def german(value: Decimal, decimals: int) -> str:
    """A number as Germans write it."""
    rounded = value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return f"{rounded:,.{decimals}f}".translate(str.maketrans(",.", ".,"))


@dataclass(frozen=True)
class Shown:
    """A figure as the public files have it; the value is None wherever they show none."""

    value: Decimal | None
    state: str
    unit: str
    decimals: int

    def texts(self, *, places_only: bool = False) -> set[str]:
        """Everything that may be written of it: its value in any rounding, or its state."""
        if self.value is None:
            return set(_WORDS[self.state])
        if places_only:
            return {german(self.value, self.decimals)}
        numbers = {german(self.value, decimals) for decimals in {0, self.decimals}}
        sign = _SIGNS.get(self.unit, "")
        return {f"{number} {sign}".strip() for number in numbers} | numbers | {self._in_millions()}

    def _in_millions(self) -> str:
        return f"{german((self.value or Decimal(0)) / 1_000_000, 2)} Mio. €"


@dataclass(frozen=True)
class Public:
    """The public figures of a release.

    Attributes:
        figures, catalogue: as the Parquet files have them.
    """

    figures: pl.DataFrame
    catalogue: pl.DataFrame

    @staticmethod
    def in_folder(folder: Path) -> "Public":
        """What lies in a public folder."""
        return Public(pl.read_parquet(folder / "figures.parquet"), pl.read_parquet(folder / "catalogue.parquet"))

    @cached_property
    def keys(self) -> Mapping[str, str]:
        """Sign on a tile → key of the body."""
        return dict(_bodies().select("short", "ags").iter_rows())

    @cached_property
    def places(self) -> Mapping[str, tuple[float, float]]:
        """Sign on a tile → its place on a map."""
        rows = _bodies().select("short", "tile_column", "tile_row").iter_rows()
        return {short: (86.0 * column, 46.0 * row) for short, column, row in rows}

    @cached_property
    def _decimals(self) -> Mapping[str, int]:
        return dict(self.catalogue.select("id", "decimals").iter_rows())

    def of_chart(self, indicator: str, caption: str) -> dict[str, Shown]:
        """Name → figure of everything that a chart of such a caption may show, in the order of the tables."""
        of_indicator = self.figures.filter(indicator_id=indicator)
        what, _, when = caption.rpartition(", ")
        if what == "Land Hessen":
            return self._in_time(of_indicator, when)
        of_period = of_indicator.filter(period=_code(when))
        if what == "Nach Gebiet und Art":
            kinds = pl.Enum(["land", "regierungsbezirk", "type"])
            areas = of_period.filter(pl.col("area_kind") != "body", breakdown=WHOLE)
            ordered = areas.sort(pl.col("area_kind").cast(kinds), "area_key")
            return {row["area"].replace("Regierungsbezirk", "Reg.-Bez."): self._shown(row) for row in _named(ordered)}
        return self._of_dimension(of_period, indicator, what.removesuffix(", Land Hessen"))

    def of_map(self, caption: str) -> dict[str, Shown]:
        """Sign on a tile → figure."""
        what, _, when = caption.rpartition(", ")
        name = re.sub(r" in [^ ]+$", "", what)
        indicator = self.catalogue.filter(pl.col("name_de").is_in([name, what]))["id"].item()
        bodies = self.figures.filter(indicator_id=indicator, period=_code(when), area_kind="body", breakdown=WHOLE)
        found = {row["area_key"]: self._shown(row) for row in _named(bodies)}
        return {short: found[key] for short, key in self.keys.items() if key in found}

    def in_order(self, caption: str, figures: Mapping[str, Shown], silent: Sequence[str]) -> list[str]:
        """The order in which things without a value stand: that of the tables, or of the alphabet."""
        names = [re.sub(r"[\s…]", "", name) for name in figures]
        if "Land Hessen" in caption and not caption.startswith("Land Hessen"):
            return sorted(silent, key=lambda name: (name.startswith(("Sonstige", "ohne Angabe")), name.casefold()))
        return sorted(silent, key=lambda name: names.index(re.sub(r"[\s…]", "", name)))

    def _in_time(self, figures: pl.DataFrame, when: str) -> dict[str, Shown]:
        is_half = pl.col("period").str.ends_with("-H1")
        wanted = is_half if "Halbjahr" in when else ~is_half & (pl.col("period").str.len_chars() == 4)
        found = figures.filter(wanted, area_key=LAND, breakdown=WHOLE).sort("period")
        return {_head(row["period"]): self._shown(row) for row in _named(found)}

    def _of_dimension(self, figures: pl.DataFrame, indicator: str, label: str) -> dict[str, Shown]:
        declared = self.catalogue.filter(id=indicator)["breakdowns"].item()
        dimension = {name: key for key, name in re.findall(r"([a-z_]+) \(([^()]*)\)", declared)}[label]
        found = figures.filter(pl.col("breakdown").str.starts_with(f"{dimension}="), area_key=LAND)
        return {row["breakdown"].removeprefix(f"{dimension}="): self._shown(row) for row in _named(found)}

    def _shown(self, row: Mapping[str, object]) -> Shown:
        value = row["value"]
        assert value is None or isinstance(value, Decimal)
        return Shown(value, str(row["state"]), str(row["unit"]), self._decimals[str(row["indicator_id"])])


def _bodies() -> pl.DataFrame:
    return load(packaged_file("municipalities"), "municipalities").sort("valid_from")


def _named(frame: pl.DataFrame) -> list[dict[str, object]]:
    return frame.to_dicts()


def _head(period: str) -> str:
    """A period as it stands below a column."""
    return f"1. Hj. {period.removesuffix('-H1')}" if period.endswith("-H1") else period


def _code(name: str) -> str:
    """The code of a period that a caption names."""
    kind, year = name.rsplit(" ", 1)
    return f"{year}-H1" if "Halbjahr" in kind else year.replace("–", "-")
