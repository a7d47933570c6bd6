//! Mails on their way: a small mail server in this process.
