"""Tests of the whole: rules, HTTP, browser, security, the sandbox."""
