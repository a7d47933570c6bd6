//! record → tags: language, market, sentiment, intent, keyphrases, SKU mentions.
//! A pure function of a record and a context value.
