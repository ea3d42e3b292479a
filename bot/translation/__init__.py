"""Languages and translators: detectors, providers, phrasebook. The only room that knows their libraries."""
