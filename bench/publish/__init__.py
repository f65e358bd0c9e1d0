"""The publish benchmark: releases and rollbacks while thousands of sessions go on."""
