"""The player in a browser, beside a page with the bare form-js viewer and the same form."""
