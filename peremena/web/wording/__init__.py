"""What codes of the inner floors are called on pages, one file per subject."""
