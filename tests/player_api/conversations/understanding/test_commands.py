import pytest

from player_api.conversations.understanding.commands import Command, command, command_of_keys

RUSSIAN = {
    "repeat": "повторите|повторите, пожалуйста|а можно ещё раз|не расслышал|что вы сказали?|Алло!",
    "back": "назад|вернись назад|к предыдущему вопросу|я ошибся",
    "menu": "меню|помощь|что я могу сказать?|не понимаю|?",
    "operator": "оператор|оператора!|можно оператора|соедините меня с оператором|хочу поговорить с живым человеком|"
    "да переключите меня уже на оператора",
    "cancel": "стоп|отмена|хватит|нет, стоп|до свидания",
    "skip": "пропустить|дальше|оставить как есть|не знаю",
    "": "да|нет|сто рублей|номер оператора связи|назад в будущее|вернуть деньги|стоп-кран||"
    "скажите пожалуйста какой у меня баланс на лицевом счёте сегодня",
}
ENGLISH = {
    "repeat": "repeat|can you repeat that|pardon?|again, please",
    "back": "back|go back please|I made a mistake",
    "menu": "help|menu|what can I say?",
    "operator": "operator|I want to talk to a human|let me speak to an operator|agent please|get me a real person now",
    "cancel": "cancel|stop|stop it|goodbye",
    "skip": "skip|keep it|next question",
    "": "no|yes|two fifty|back to the future|cancel my subscription",
}


@pytest.mark.parametrize(
    ("said", "meant"), [(said, meant) for meant, all_ in RUSSIAN.items() for said in all_.split("|")]
)
def test_russian(said: str, meant: str) -> None:
    assert (command(said, "ru") or "") == meant


@pytest.mark.parametrize(
    ("said", "meant"), [(said, meant) for meant, all_ in ENGLISH.items() for said in all_.split("|")]
)
def test_english(said: str, meant: str) -> None:
    assert (command(said, "en") or "") == meant


def test_keys() -> None:
    assert command_of_keys("*") is Command.REPEAT
    assert command_of_keys("#") is Command.SKIP
    assert command_of_keys("5") is None
