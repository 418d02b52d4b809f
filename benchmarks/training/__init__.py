"""Training speed: neuropil's compiled steps against the field, on the field's own nets."""
