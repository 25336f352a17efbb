// Prints headers, votes, commits, validator sets and trees with the hashes and sign bytes that CometBFT v0.38 gives them.
package main

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/cometbft/cometbft/crypto/ed25519"
	"github.com/cometbft/cometbft/crypto/merkle"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	"github.com/cometbft/cometbft/proto/tendermint/version"
	"github.com/cometbft/cometbft/types"
)

type object = map[string]any

func x(b []byte) string { return hex.EncodeToString(b) }

func digest(n int) []byte { return merkle.HashFromByteSlices([][]byte{{byte(n), byte(n >> 8)}}) }

func moment(t time.Time) object { return object{"seconds": t.Unix(), "nanos": t.Nanosecond()} }

func blockID(id types.BlockID) any {
	if id.IsZero() {
		return nil
	}
	return object{"hash": x(id.Hash), "partsTotal": id.PartSetHeader.Total, "partsHash": x(id.PartSetHeader.Hash)}
}

func keys(n int) []ed25519.PrivKey {
	all := make([]ed25519.PrivKey, n)
	for i := range all {
		all[i] = ed25519.GenPrivKeyFromSecret([]byte(fmt.Sprintf("steward %d of %d", i, n)))
	}
	return all
}

func set(privs []ed25519.PrivKey, powers []int64) *types.ValidatorSet {
	vals := make([]*types.Validator, len(privs))
	for i, p := range privs {
		vals[i] = types.NewValidator(p.PubKey(), powers[i])
	}
	return types.NewValidatorSet(vals)
}

func validators(s *types.ValidatorSet) []object {
	list := []object{}
	for _, v := range s.Validators {
		list = append(list, object{"publicKey": x(v.PubKey.Bytes()), "power": v.VotingPower, "address": x(v.Address)})
	}
	return list
}

func header(h types.Header) object {
	return object{
		"version": object{"block": h.Version.Block, "app": h.Version.App}, "chainId": h.ChainID, "height": h.Height,
		"time": moment(h.Time), "lastBlockId": blockID(h.LastBlockID), "lastCommitHash": x(h.LastCommitHash),
		"dataHash": x(h.DataHash), "validatorsHash": x(h.ValidatorsHash), "nextValidatorsHash": x(h.NextValidatorsHash),
		"consensusHash": x(h.ConsensusHash), "appHash": x(h.AppHash), "lastResultsHash": x(h.LastResultsHash),
		"evidenceHash": x(h.EvidenceHash), "proposerAddress": x(h.ProposerAddress),
	}
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func main() {
	out := object{}
	chain := "tri-0123456789abcdef0123456789abcdef01234567"

	sets := []object{}
	makeSet := func(privs []ed25519.PrivKey, powers []int64) *types.ValidatorSet {
		s := set(privs, powers)
		sets = append(sets, object{"validators": validators(s), "hash": x(s.Hash())})
		return s
	}
	ones := func(n int) []int64 {
		p := make([]int64, n)
		for i := range p {
			p[i] = 1
		}
		return p
	}
	makeSet(keys(1), ones(1))
	makeSet(keys(4), ones(4))
	seven := makeSet(keys(7), ones(7))
	makeSet(keys(4), []int64{10, 300, 10, 1})
	out["sets"] = sets

	trees := []object{}
	for _, n := range []int{0, 1, 2, 3, 4, 5, 7, 14, 33} {
		items := [][]byte{}
		for i := 0; i < n; i++ {
			items = append(items, bytes.Repeat([]byte{byte(i)}, i))
		}
		trees = append(trees, object{"items": n, "root": x(merkle.HashFromByteSlices(items))})
	}
	out["trees"] = trees

	txs := types.Txs{[]byte("one"), []byte{}, bytes.Repeat([]byte{7}, 300)}
	out["data"] = []object{{"transactions": []string{}, "hash": x(types.Txs{}.Hash())},
		{"transactions": []string{x(txs[0]), x(txs[1]), x(txs[2])}, "hash": x(txs.Hash())}}

	results := []*abci.ExecTxResult{{Code: 0}, {Code: 1, Log: "not hashed"}, {Code: 300, Data: []byte("data")}}
	out["results"] = object{"results": []object{{"code": 0}, {"code": 1}, {"code": 300, "data": x([]byte("data"))}},
		"hash": x(types.NewResults(results).Hash()), "none": x(types.NewResults(nil).Hash())}
	params := types.DefaultConsensusParams()
	small := *params
	small.Block.MaxBytes = 1048576
	small.Block.MaxGas = 0
	out["params"] = []object{{"maxBytes": params.Block.MaxBytes, "maxGas": params.Block.MaxGas, "hash": x(params.Hash())},
		{"maxBytes": 1048576, "maxGas": 0, "hash": x(small.Hash())}}
	out["evidenceNone"] = x(types.EvidenceList{}.Hash())

	at := time.Date(2026, 11, 22, 20, 30, 1, 123456789, time.UTC)
	headers := []object{}
	makeHeader := func(h types.Header) types.Header {
		headers = append(headers, object{"header": header(h), "hash": x(h.Hash())})
		return h
	}
	full := makeHeader(types.Header{
		Version: version.Consensus{Block: 11, App: 1}, ChainID: chain, Height: 1234567, Time: at,
		LastBlockID:    types.BlockID{Hash: digest(1), PartSetHeader: types.PartSetHeader{Total: 1, Hash: digest(2)}},
		LastCommitHash: digest(3), DataHash: digest(4), ValidatorsHash: seven.Hash(), NextValidatorsHash: seven.Hash(),
		ConsensusHash: params.Hash(), AppHash: digest(5), LastResultsHash: digest(6), EvidenceHash: digest(7),
		ProposerAddress: seven.Validators[3].Address,
	})
	makeHeader(types.Header{
		Version: version.Consensus{Block: 11}, ChainID: "t", Height: 1, Time: time.Unix(1, 0).UTC(),
		LastCommitHash: merkle.HashFromByteSlices(nil), DataHash: merkle.HashFromByteSlices(nil),
		ValidatorsHash: digest(8), NextValidatorsHash: digest(9), ConsensusHash: digest(10), AppHash: []byte{},
		LastResultsHash: merkle.HashFromByteSlices(nil), EvidenceHash: merkle.HashFromByteSlices(nil), ProposerAddress: digest(11)[:20],
	})
	out["headers"] = headers

	privByAddress := map[string]ed25519.PrivKey{}
	for _, p := range keys(7) {
		privByAddress[string(p.PubKey().Address())] = p
	}
	commits := []object{}
	for _, round := range []int32{0, 2} {
		id := types.BlockID{Hash: full.Hash(), PartSetHeader: types.PartSetHeader{Total: 3, Hash: digest(12)}}
		sigs := make([]types.CommitSig, 7)
		commit := &types.Commit{Height: full.Height, Round: round, BlockID: id, Signatures: sigs}
		for i, v := range seven.Validators {
			sigs[i] = types.CommitSig{BlockIDFlag: types.BlockIDFlagCommit, ValidatorAddress: v.Address,
				Timestamp: at.Add(time.Duration(i) * 37 * time.Millisecond)}
			if i == 1 {
				sigs[i].Timestamp = time.Unix(1800000000, 0).UTC()
			}
			if i == 2 && round == 2 {
				sigs[i].BlockIDFlag = types.BlockIDFlagNil
			}
			if i == 5 {
				sigs[i] = types.NewCommitSigAbsent()
			}
		}
		votes := []any{}
		for i, v := range seven.Validators {
			if sigs[i].BlockIDFlag == types.BlockIDFlagAbsent {
				votes = append(votes, nil)
				continue
			}
			message := commit.VoteSignBytes(chain, int32(i))
			signature, err := privByAddress[string(v.Address)].Sign(message)
			must(err)
			sigs[i].Signature = signature
			votes = append(votes, x(message))
		}
		err := types.VerifyCommitLight(chain, seven, id, full.Height, commit)
		list := []object{}
		flags := map[types.BlockIDFlag]string{types.BlockIDFlagAbsent: "absent", types.BlockIDFlagCommit: "commit", types.BlockIDFlagNil: "nil"}
		for _, s := range sigs {
			list = append(list, object{"flag": flags[s.BlockIDFlag], "address": x(s.ValidatorAddress), "time": moment(s.Timestamp), "signature": x(s.Signature)})
		}
		commits = append(commits, object{"commit": object{"height": commit.Height, "round": round, "blockId": blockID(id), "signatures": list},
			"validators": validators(seven), "hash": x(commit.Hash()), "signBytes": votes, "isEnough": err == nil})
	}
	out["commits"] = commits
	_ = cmtproto.PrecommitType
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetIndent("", "  ")
	must(encoder.Encode(out))
}
