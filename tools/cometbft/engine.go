//go:build tools

// Package cometbft pins the ordering engine with the checksum of every module it is built from, so that it can be built
// without asking a checksum database.
package cometbft

import _ "github.com/cometbft/cometbft/cmd/cometbft"
