//! Alerts and restock lines → words, tables and pictures, in Chinese and English.
