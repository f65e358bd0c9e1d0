"""Forms that stand where a step has none, or one that can't be shown."""

from player_api.forms.parsing import parse_form

EMPTY = parse_form({"type": "default", "components": []})
"""The form of a user task that has none: there is only something to acknowledge."""

UNSHOWABLE = parse_form(
    {
        "type": "default",
        "components": [
            {
                "type": "text",
                "text": "Этот шаг нельзя показать: его форма не поддерживается. Скажите об этом автору скрипта.",
                "properties": {
                    "text_en": "This step can't be shown: its form is not supported. Tell the author of the script."
                },
            }
        ],
    }
)
"""What stands where a form can't be shown."""
