"""Whatever a language is called, the sender is told the entry that is meant."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expectations.form import form_of
from expectations.languages import _names, nearest_language

LABELS = form_of(2026).labels("languages")
SONSTIGE = "Sonstige Sprache"
PERSISCH = "Farsi/Persisch"
FILIPINO = "Tagalog/Filipino"
TYPED = {
    "Arabisch": "arabisch ARABISCH Arabsich Arabich Arabisch. Arabic Hocharabisch Marokkanisch Irakisch ar ara العربية",
    "Panjabi": "Paijabi Punjabi Pandschabi Pundjabi punjabisch Panjabisch pan pa ਪੰਜਾਬੀ",
    PERSISCH: "Farsi Persisch farsi Fársi Iranisch Persich Parsi Persian fa pes فارسی",
    "Dari": "dari Darí prs Dari-Persisch",
    "Paschtu": "Paschto Pashto Pashtu Pashtou Paschtunisch Pastho ps",
    "Tigrinya": "Tigrigna Tigrinja Tigrinia Tigrynia Tigrina tigrinya ti tir ትግርኛ Eritreisch",
    "Amharisch": "Amharic Amharish Äthiopisch Athiopisch am",
    "Türkisch": "Türkce Türkçe türkisch Tuerkisch Turkish Turkisch Türkich tr tur",
    "Kurmandschi": "Kurmanci Kurmanji Kurmandji Kurmançî Nordkurdisch Badini Kurdisch-Kurmanci kmr",
    "Sorani": "Zentralkurdisch Surani Sorani-Kurdisch ckb",
    "Ukrainisch": "Ukranisch Ukrainsch Ukrainich Ukrajinisch Ukrainian ukrainisch українська uk ukr Ukrainisch!",
    "Russisch": "russich Rusisch Russian Русский ru",
    "Rumänisch": "Rumaenisch Rumänsch Moldawisch Moldauisch Romanian ro",
    "Chinesisch": "Mandarin Chinesich Kantonesisch Chinese 中文 zh",
    FILIPINO: "Filipino Tagalog Philippinisch Filippino tl",
    "Romani": "Romanes Roma romani Rromani Romany",
    "Akan/Twi": "Twi Akan Aschanti twi",
    "Wolof": "wolof Wollof Senegalesisch wo",
    "Somali": "Somalisch Somalia Soomaali so",
    "Suaheli": "Swahili Kisuaheli Kiswahili Suahelisch sw",
    "Bengalisch": "Bengali Bangla bn",
    "Urdu": "Pakistanisch urdu Ordu ur",
    "Belarussisch": "Weißrussisch Weissrussisch Belarusisch Belorussisch be",
    "Niederländisch": "Holländisch Niederlaendisch Dutch nl",
    "Thailändisch": "Thai Thailandisch Thailändish th",
    "Vietnamesisch": "Vietnamesich Viet Vietnamisch vi",
    "Aserbaidschanisch": "Aseri Azeri Aserbaidjanisch Aserbeidschanisch az",
    "Singhalesisch": "Singalesisch Sinhala si",
    "Mazedonisch": "Makedonisch Macedonisch mk",
    "Serbisch": "serb Montenegrinisch Srpski sr",
    "Französisch": "Franzoesisch Francais Français Französich fr",
    "Birmanisch": "Burmesisch Burmese my",
    "Aramäisch (Turoyo/Suryoyo)": "Turoyo Suryoyo Westaramäisch",
    "Tamazight (Zentralatlas)": "Tamazight Amazigh",
    "Ungarisch": "Magyar Ungarich hu",
    "Zaza": "Zazaki Dimli zza",
    "Haussa": "Hausa ha",
    "Oromo": "Oromiffa Oromoo om",
    "Deutsche Gebärdensprache": "DGS Gebärdensprache",
}
SEVERAL = {
    "Syrisch": ("Arabisch", "Aramäisch (Assyrisch)"),
    "Kurdisch": ("Kurmandschi", "Sorani"),
    "Afghanisch": ("Dari", "Paschtu"),
    "Indisch": ("Hindi", "Panjabi"),
    "Serbokroatisch": ("Bosnisch", "Kroatisch", "Serbisch"),
    "BKS": ("Bosnisch", "Kroatisch", "Serbisch"),
    "Berberisch": ("Kabylisch", "Tamazight (Zentralatlas)", "Tarifit", "Taschelhit"),
    "Aramäisch": ("Aramäisch (Assyrisch)", "Aramäisch (Chaldäisch)", "Aramäisch (Turoyo/Suryoyo)"),
    "Dari/Farsi": ("Dari", PERSISCH),
    "Dari und Paschtu": ("Dari", "Paschtu"),
    "Kurdisch (Kurmanci)": ("Kurmandschi",),
    "Kurdisch (Sorani)": ("Sorani",),
    "Kurdisch / Kurmandschi": ("Kurmandschi",),
    "Arabisch (Syrien)": ("Arabisch",),
    "Persisch (Farsi)": (PERSISCH,),
    "Chinesisch (Mandarin)": ("Chinesisch",),
    "arabische Sprache": ("Arabisch",),
    "Tigrinya-Sprache": ("Tigrinya",),
    "Deutsch": (SONSTIGE,),
    "Esperanto": (SONSTIGE,),
    "Quechua": (SONSTIGE,),
    "12": (),
    "x": (),
    "": (),
}
DIRTY = [(name, entry) for entry, names in TYPED.items() for name in names.split()]


def test_there_are_enough_of_them_to_say_something() -> None:
    assert len(DIRTY) + len(SEVERAL) >= 120


@pytest.mark.parametrize(("name", "entry"), DIRTY)
def test_the_entry_meant_is_suggested(name: str, entry: str) -> None:
    assert nearest_language(name, LABELS) == (entry,)
    assert nearest_language(unicodedata.normalize("NFD", f" {name} "), LABELS) == (entry,)


@pytest.mark.parametrize(("name", "entries"), SEVERAL.items())
def test_a_name_of_several_languages_asks_which(name: str, entries: tuple[str, ...]) -> None:
    assert nearest_language(name, LABELS) == entries


@pytest.mark.parametrize("label", LABELS)
def test_every_entry_and_its_code_mean_themselves(label: str) -> None:
    code = next(choice.code for choice in form_of(2026).lists["languages"] if choice.label == label)
    assert nearest_language(label, LABELS) == (label,)
    assert nearest_language(label.upper(), LABELS) == (label,)
    assert label in nearest_language(code, LABELS)


def test_every_language_of_the_list_has_its_names_and_no_other_has() -> None:
    codes = {choice.code for year in (2026, 2030) for choice in form_of(year).lists["languages"]}
    assert {code for own in _names().values() for code in own} == codes


def test_only_entries_that_may_be_chosen_are_suggested() -> None:
    assert nearest_language("Kurdisch", ["Sorani", "Türkisch"]) == ("Sorani",)
    assert nearest_language("Punjabi", ["Türkisch"]) == ()


@given(st.text(max_size=40))
def test_whatever_is_typed_is_answered(text: str) -> None:
    assert set(nearest_language(text, LABELS)) <= set(LABELS)
