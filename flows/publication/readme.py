"""`LIESMICH.txt`: what lies in the public folder and how it is read, for whoever opens it without us."""

from expectations.german import date_text
from flows.publication.report.wording import WATERMARK
from flows.publication.tables import PublicTables

_TEXT = """\
WIR-Monitoring – Veröffentlichung {name}
Stand: {released_on}
{marks}
bericht.html          Bericht zum Lesen und Drucken; braucht kein Netz
wir-monitoring.xlsx   Arbeitsmappe: ein Blatt je Gruppe von Kennzahlen
figures               alle Kennzahlen mit allen Gliederungen
catalogue             was jede Kennzahl bedeutet und wie sie gebildet wird
reporting             wer wann zu berichten hatte und berichtet hat
corrections           was gegenüber der vorigen Veröffentlichung berichtigt ist
suppressed            wie viele Werte geheim gehalten sind, und warum
manifest.json         Prüfsummen (SHA-256) aller Dateien und Fassungen der Grundlagen

Dateien auf .csv sind für Tabellenprogramme: Semikolon zwischen den Spalten, Komma in den Zahlen, UTF-8. Ein Doppelklick
genügt; nur lässt Excel dann die führende Null der Schlüssel weg (6431 statt 06431). Wer sie braucht, nimmt die
Arbeitsmappe oder liest die Spalte über „Daten > Aus Text/CSV“ als Text ein.
Dateien auf .parquet sind für Programme: genaue Zahlen, Schlüssel und englische Namen der Spalten.

Ein Punkt (.) steht, wo ein Wert geheim gehalten wird; er ist weder null noch fehlend. Wo sonst kein Wert steht, sagt es
die Spalte „Zustand“: nicht erhoben, Bericht fehlt oder nicht anwendbar. Eine 0 ist eine Angabe.
Ein Halbjahr ist im Jahr enthalten; beide werden nie addiert.

Ob eine Datei so ist, wie sie veröffentlicht wurde: Ihre Prüfsumme zeigt unter Linux „sha256sum DATEI“, unter Windows
„certutil -hashfile DATEI SHA256“. Dieselbe steht in manifest.json bei ihrem Namen.
"""


def readme_text(tables: PublicTables) -> str:
    """The text, in lines that end as Windows ends them."""
    about = tables.about.row(0, named=True)
    marks = [WATERMARK] if about["is_demo"] else []
    if about["unapproved"]:
        marks.append(f"Noch nicht freigegeben waren bei der Veröffentlichung {about['unapproved']} geltende Berichte.")
    said = "".join(f"{mark}\n" for mark in marks)
    text = _TEXT.format(name=about["name"], released_on=date_text(about["released_on"]), marks=said)
    return text.replace("\n", "\r\n")
