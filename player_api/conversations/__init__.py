"""Conversations: a session told and asked in words, one question after another, for chat-bots and IVRs."""
