// Package config is the settings of lenswatch: what they are, where each one comes from, and where
// the API keys are stored.
//
// What it promises:
//
//   - Flags win over the environment, that over the file, and that over the defaults. Of every
//     setting it is known which of them it came from ([Settings.Source]).
//   - A file with an unknown setting, a wrong type or a value that is not allowed is refused, with
//     the line, what is allowed, and the nearest name.
//   - Nothing is read from the process but through what is passed in, so that tests do not depend
//     on the machine they run on.
//   - An API key is no setting: it is never in the file, in [Config] or in an error. [Resolver]
//     finds it where the person keeps it.
//
// The table in table.go is the one list of settings; file, environment, flags, `config show`,
// `config init` and docs/configuration.md are made from it.
package config
