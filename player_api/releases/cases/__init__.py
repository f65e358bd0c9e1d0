"""Tests of a script: cases that its author has written, walked on the real engine beside everything that lives."""

from player_api.releases.cases.report import CaseReport, Coverage, Report
from player_api.releases.cases.trial import Trial

__all__ = ["CaseReport", "Coverage", "Report", "Trial"]
