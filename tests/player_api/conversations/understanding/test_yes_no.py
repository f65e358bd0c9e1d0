import pytest

from player_api.conversations.understanding.yes_no import yes_no

RUSSIAN = {
    True: "да|ага|угу|ну да|конечно|да, конечно, давайте|хорошо, подключайте|ладно уж|ок|Верно!|почему бы и нет|"
    "не против|не возражаю|согласна|подойдёт|👍|+|плюс|Ну ладно, хорошо",
    False: "нет|неа|не надо|не нужно|да нет|да не надо|нет, спасибо|конечно нет|ни в коем случае|не хочу|не подойдёт|"
    "не согласен|не сейчас|всё не так|не буду платить|👎|-|против",
    None: "не знаю|да или нет|нет да|да, но не сейчас|я подумаю|может быть|не понял|сто рублей||👍👎|"
    "да я вообще-то звоню вам уже третий раз и никто мне не отвечает",
}
ENGLISH = {
    True: "yes|yep|yeah sure|of course|why not|no problem|that's right|please do|absolutely|y|I don't mind|yes please",
    False: "no|nope|no thanks|not really|of course not|I don't|don't do that|that is not right|I'd rather not|never|n",
    None: "maybe|I don't know|not sure|yes or no|what|two fifty|",
}


@pytest.mark.parametrize(
    ("said", "meant"), [(said, meant) for meant, all_ in RUSSIAN.items() for said in all_.split("|")]
)
def test_russian(said: str, meant: bool | None) -> None:
    assert yes_no(said, "ru") is meant


@pytest.mark.parametrize(
    ("said", "meant"), [(said, meant) for meant, all_ in ENGLISH.items() for said in all_.split("|")]
)
def test_english(said: str, meant: bool | None) -> None:
    assert yes_no(said, "en") is meant
