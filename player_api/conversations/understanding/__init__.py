"""What people say, understood in Russian and English.

Every function here is pure: text, language and whatever else it depends on go in, all meanings that fit come out. None
means "not understood", one is the answer, several are for the caller to ask about; nothing here guesses.
"""
