"""Every form of a name is found, and a word that only begins like one is not."""

from itertools import chain

import pytest

from bot.translation.names import Gender, NameFinder, of_child, of_group, of_person, of_school


def words_found(names: NameFinder, text: str) -> list[str]:
    """What is found, as it is written."""
    return [text[one.start : one.end] for one in names.find(text)]


@pytest.mark.parametrize(
    ("name", "forms"),
    [
        ("Kuba", "Kuba Kuby Kubie Kubę Kubą Kubo kuby kube"),
        ("Zosia", "Zosi Zosię Zosią Zosiu zosia"),
        ("Ewa", "Ewy Ewie Ewę Ewą Ewo"),
        ("Marek", "Marka Markowi Markiem Marku"),
        ("Paweł", "Pawła Pawłowi Pawle Pawel"),
        ("Olga", "Olgi Oldze Olgę"),
        ("Marta", "Marcie Marty"),
        ("Maja", "Mai Maję Mają"),
        ("Jerzy", "Jerzego Jerzemu"),
        ("Mehmet", "Mehmetin Mehmete Mehmetten"),
        ("Maria", "Mariei Marii Marią"),
        ("Roos", "Roosje roos"),
        ("Олена", "Олени Олену Оленою"),
        ("Тарас", "Тараса Тарасові"),
    ],
)
def test_declined_forms_are_found(name: str, forms: str) -> None:
    """As people write them, with and without their diacritics."""
    names = NameFinder(of_child(name))
    for form in forms.split():
        assert words_found(names, f"tak, {form}. Tak") == [form]


def test_what_stands_after_an_apostrophe_is_grammar() -> None:
    """Turkish and Dutch endings stay for the translator."""
    names = NameFinder(chain(of_child("Kuba"), of_child("Max")))
    assert words_found(names, "Kuba'nın Kuba\u2019s Max' d'Max") == ["Kuba", "Kuba", "Max", "Max"]


def test_one_person_is_one_stretch() -> None:
    """With the particles between, and never across a comma."""
    names = NameFinder(chain(of_person("Pieter van der Vries"), of_person("Anna-Maria Nowak")))
    text = "Pieter van der Vries, Anna-Maria Nowak"
    assert words_found(names, text) == ["Pieter van der Vries", "Anna-Maria Nowak"]


def test_a_surname_in_small_letters_is_an_ordinary_word() -> None:
    """Unless somebody is addressed by it; a first name is a name always."""
    names = NameFinder(chain(of_person("Jan Klein"), of_child("Storm")))
    assert words_found(names, "een klein huis, meneer klein, Klein, storm") == ["klein", "Klein", "storm"]


def test_common_words_are_no_forms_of_a_name() -> None:
    """The Polish "ale" is "but", also where an Ali is in class."""
    names = NameFinder(chain(of_child("Ali"), of_child("Maja")))
    assert words_found(names, "ja ale nie, 12 maja") == []
    assert words_found(names, "Alego i Mai") == ["Alego", "Mai"]


def test_a_school_is_known_by_what_only_it_is_called() -> None:
    """And a group by its whole name, if that says more than the year."""
    names = NameFinder(chain(of_school("Basisschool De Wilg"), of_group("3A"), of_group("Groep 4")))
    assert words_found(names, "basisschool De Wilg, groep 3a, groep 3, groep 4, 33A") == ["Wilg", "3a"]


def test_the_gender_is_known_where_it_is_one() -> None:
    """A mother and a father of one name are neither."""
    mother, father = of_person("Robin Vos", Gender.FEMALE), of_person("Robin Smit", Gender.MALE)
    names = NameFinder(chain(mother, father))
    assert [one.gender for one in names.find("Vos. Smit. Robin.")] == [Gender.FEMALE, Gender.MALE, None]


def test_invisible_signs_hide_no_name() -> None:
    """Nor do wide letters, joined accents or capitals."""
    names = NameFinder(chain(of_child("Kuba"), of_child("Zoë")))
    text = "Ku\u200bba, KUBA, \uff2b\uff55\uff42\uff41, Zoe\u0308, ZOE"
    assert len(words_found(names, text)) == 5
