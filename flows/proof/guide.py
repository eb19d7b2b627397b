"""What stands in `LIESMICH.txt` of a package of evidence: what it holds, and how to check it without our program."""

from flows.proof.draw import Sample
from flows.proof.population import Population

CHAIN_BY_HAND = """\
previous=$(printf '%064d' 0)
while IFS= read -r line; do
  case $line in
    *'"previous_hash":"'"$previous"'","seq":'*) ;;
    *) echo "Bruch der Kette vor: $line"; exit 1 ;;
  esac
  previous=$(printf '%s' "$line" | sha256sum | cut -c 1-64)
done < journal/kette.jsonl
echo "$previous"
"""
COUNT_BY_HAND = """\
from hashlib import sha256
seed = open("ziehung/startwert.txt", encoding="utf-8").read()
rows = open("ziehung/grundgesamtheit.tsv", "rb").read().decode().split("\\n")[:-1]
items = [row.split("\\t")[0] for row in rows]
ranks = sorted((sha256(f"{seed}\\n{item}".encode()).hexdigest(), item) for item in items)
for item in sorted((item for rank, item in ranks[:SIZE]), key=str.encode):
    print(item)
"""
AMOUNT_BY_HAND = """\
from decimal import Decimal
from hashlib import sha256
seed = open("ziehung/startwert.txt", encoding="utf-8").read()
text = open("ziehung/grundgesamtheit.tsv", "rb").read()
rows = [row.split("\\t") for row in text.decode().split("\\n")[:-1]]
amounts = [(item, int(Decimal(amount) * 100)) for item, amount in rows if amount and Decimal(amount) > 0]
total, size = sum(cents for _, cents in amounts), SIZE
population = sha256(text).hexdigest()
start = 1 + int(sha256(f"{seed}\\n{population}".encode()).hexdigest(), 16) % total
hits = [-(-(start + k * total) // size) for k in range(size)]
end = 0
for item, cents in amounts:
    end += cents
    if any(end - cents < hit <= end for hit in hits):
        print(item)
"""
_GUIDE = """\
{mark}WIR-Monitoring: Nachweise zu einer Zufallsstichprobe

Grundlage: {database}, SHA-256 {database_sha256}
Stand des Journals: Eintrag {head_seq}, {head_hash}
Grundgesamtheit: {population}{period}, {items} Positionen{total}
SHA-256 der Grundgesamtheit: {population_sha256}
Startwert (von der Prüfung bestimmt): {seed}
Verfahren: {method}
Gezogen: {drawn} Positionen{complete}

WAS DIESES PAKET ENTHÄLT

  ziehung/         Grundgesamtheit (mit dem SELECT, der sie bestimmt), Startwert, Verfahren und Auswahl
  stichprobe/      je Position ihre Herkunft: jeder Term, jedes Feld, jede Zelle
  einreichungen/   je Einreichung das Original, Feststellungen, Regeln, Entscheidungen, Anerkennungen und Schritte
                   und ihr ganzer Verlauf; eine gelöschte Einreichung nennt den Tag ihrer Löschung
  stammdaten/      Register, auf die sich die Stichprobe stützt, wie sie eingelesen wurden
  journal/         die ganze Kette der Einträge (kette.jsonl) und die Einträge zu dieser Stichprobe (auszug.csv)
  SHA256SUMS       Prüfsummen aller Dateien dieses Pakets

Die Originale öffnen Sie bitte in geschützter Ansicht: Es sind Dateien Dritter. Dass sie herausgegeben wurden, steht im
Journal (Art „evidence“, mit der Prüfsumme dieses Pakets).

WIE SIE ES OHNE UNSER PROGRAMM PRÜFEN

1. Das Paket ist unverändert:

    sha256sum -c SHA256SUMS

2. Die Kette des Journals hält. Jede Zeile von journal/kette.jsonl ist der Text, dessen SHA-256 die Prüfsumme des
   Eintrags ist, und nennt die des vorigen. Am Ende muss die Prüfsumme stehen, die oben als Stand genannt ist:

{chain}
3. Jedes Original ist das, was einging: Seine SHA-256 steht im Eintrag „receipt“ seiner Einreichung
   (journal/auszug.csv).

4. Die Stichprobe ist die, die der Startwert ergibt.

{by_hand}
Bewiesen ist damit, dass seit dem Stand des Journals, der zuletzt an anderer Stelle aufbewahrt wurde, nichts verändert
wurde. Nicht bewiesen ist, dass richtig ist, was die Kommunen gemeldet haben.
"""
_COUNT_DE = """\
   Nach Anzahl: Jede Position erhält als Rang die SHA-256 aus Startwert, Zeilenvorschub und Position; gezogen sind
   die Positionen mit den niedrigsten Rängen. Zum Beispiel mit python3:

"""
_AMOUNT_DE = """\
   Nach Betrag (Monetary Unit Sampling): Positionen mit einem Betrag über 0 stehen in der Reihenfolge ihrer Bytes.
   T ist ihre Summe in Cent, N der Umfang, T/N das Intervall. Start in N-tel Cent: R = 1 + (SHA-256 aus Startwert,
   Zeilenvorschub und SHA-256 der Grundgesamtheit, als Zahl, modulo T). Getroffen sind die Cent ⌈(R + k·T)/N⌉ für
   k = 0 … N-1, gezählt ab 1; gezogen ist, wem einer davon gehört. Was das Intervall erreicht, ist sicher dabei.
   Zum Beispiel mit python3:

"""
_ALL_DE = "   Der Umfang erreicht die Grundgesamtheit: Es sind alle Positionen gezogen, die gezogen werden können.\n"


def guide(facts: dict[str, str], population: Population, sample: Sample, *, by_amount: bool) -> str:
    """The text of `LIESMICH.txt`.

    Args:
        facts: `mark`, `database`, `database_sha256`, `head_seq`, `head_hash`, `seed`.
        population: from which was drawn.
        sample: what was drawn.
        by_amount: how.
    """
    return _GUIDE.format(
        **facts,
        population=population.name,
        period=f", Zeitraum {population.period}" if population.period else "",
        items=len(population.items),
        total=f", Summe {german_cents(sample.total_cents)} EUR" if by_amount else "",
        population_sha256=population.sha256,
        method="nach Betrag (Monetary Unit Sampling, festes Intervall)" if by_amount else "nach Anzahl",
        drawn=len(sample.drawn),
        complete=" (alle)" if sample.is_complete else "",
        chain=_indented(CHAIN_BY_HAND),
        by_hand=_by_hand(sample, by_amount=by_amount),
    )


def german_cents(cents: int) -> str:
    """Cents as euros: 1.234,56."""
    return f"{cents // 100:,}".replace(",", ".") + f",{cents % 100:02d}"


def _by_hand(sample: Sample, *, by_amount: bool) -> str:
    if sample.is_complete:
        return _ALL_DE
    said, script = (_AMOUNT_DE, AMOUNT_BY_HAND) if by_amount else (_COUNT_DE, COUNT_BY_HAND)
    return said + _indented(script.replace("SIZE", str(sample.size)))


def _indented(script: str) -> str:
    return "".join(f"    {line}\n" for line in script.splitlines())
