//go:build ignore

// Prints frames of ABCI 2.0 as the Go implementation of CometBFT writes them. See source.md.
package main

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"os"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	pc "github.com/cometbft/cometbft/proto/tendermint/crypto"
	types "github.com/cometbft/cometbft/proto/tendermint/types"
	"github.com/cosmos/gogoproto/proto"
)

type vector struct {
	Name  string `json:"name"`
	Kind  string `json:"kind"`
	Frame string `json:"frame"`
}

func fill(b byte, n int) []byte { return bytes.Repeat([]byte{b}, n) }

func framed(m proto.Message) string {
	var out bytes.Buffer
	if err := abci.WriteMessage(m, &out); err != nil {
		panic(err)
	}
	return hex.EncodeToString(out.Bytes())
}

func main() {
	at := time.Unix(1795380787, 368000001).UTC()
	misbehavior := []abci.Misbehavior{{
		Type:             abci.MisbehaviorType_DUPLICATE_VOTE,
		Validator:        abci.Validator{Address: fill(7, 20), Power: 1},
		Height:           41,
		Time:             at,
		TotalVotingPower: 4,
	}}
	votes := []abci.VoteInfo{
		{Validator: abci.Validator{Address: fill(1, 20), Power: 1}, BlockIdFlag: types.BlockIDFlagCommit},
		{Validator: abci.Validator{Address: fill(2, 20), Power: 1}, BlockIdFlag: types.BlockIDFlagAbsent},
	}
	params := types.ConsensusParams{
		Block:     &types.BlockParams{MaxBytes: 25165824, MaxGas: -1},
		Evidence:  &types.EvidenceParams{MaxAgeNumBlocks: 100000, MaxAgeDuration: 720 * time.Hour, MaxBytes: 1048576},
		Validator: &types.ValidatorParams{PubKeyTypes: []string{"ed25519"}},
		Version:   &types.VersionParams{App: 3},
	}
	key := pc.PublicKey{Sum: &pc.PublicKey_Ed25519{Ed25519: fill(9, 32)}}
	requests := map[string]*abci.Request{
		"echo":       abci.ToRequestEcho("è vero"),
		"flush":      abci.ToRequestFlush(),
		"info":       abci.ToRequestInfo(&abci.RequestInfo{Version: "0.38.26", BlockVersion: 11, P2PVersion: 8, AbciVersion: "2.0.0"}),
		"query":      abci.ToRequestQuery(&abci.RequestQuery{Path: "/state-root", Height: 12, Data: fill(3, 2)}),
		"checkTx":    abci.ToRequestCheckTx(&abci.RequestCheckTx{Tx: fill(4, 200), Type: abci.CheckTxType_Recheck}),
		"commit":     abci.ToRequestCommit(),
		"initChain":  abci.ToRequestInitChain(&abci.RequestInitChain{Time: at, ChainId: "tri-1", ConsensusParams: &params, Validators: []abci.ValidatorUpdate{{PubKey: key, Power: 1}}, InitialHeight: 21}),
		"offerSnapshot": abci.ToRequestOfferSnapshot(&abci.RequestOfferSnapshot{
			Snapshot: &abci.Snapshot{Height: 1000, Format: 1, Chunks: 3, Hash: fill(5, 32), Metadata: fill(6, 3)}, AppHash: fill(8, 32)}),
		"loadSnapshotChunk":  abci.ToRequestLoadSnapshotChunk(&abci.RequestLoadSnapshotChunk{Height: 1000, Format: 1, Chunk: 2}),
		"applySnapshotChunk": abci.ToRequestApplySnapshotChunk(&abci.RequestApplySnapshotChunk{Index: 2, Chunk: fill(6, 5), Sender: "ab"}),
		"listSnapshots":      abci.ToRequestListSnapshots(&abci.RequestListSnapshots{}),
		"prepareProposal": abci.ToRequestPrepareProposal(&abci.RequestPrepareProposal{
			MaxTxBytes: 25165000, Txs: [][]byte{fill(1, 3), fill(2, 130)}, Misbehavior: misbehavior, Height: 42, Time: at,
			NextValidatorsHash: fill(3, 32), ProposerAddress: fill(4, 20)}),
		"processProposal": abci.ToRequestProcessProposal(&abci.RequestProcessProposal{
			Txs: [][]byte{fill(1, 3)}, ProposedLastCommit: abci.CommitInfo{Round: 1, Votes: votes}, Hash: fill(5, 32), Height: 42,
			Time: at, NextValidatorsHash: fill(3, 32), ProposerAddress: fill(4, 20)}),
		"finalizeBlock": abci.ToRequestFinalizeBlock(&abci.RequestFinalizeBlock{
			Txs: [][]byte{{}, fill(1, 3)}, DecidedLastCommit: abci.CommitInfo{Votes: votes}, Misbehavior: misbehavior, Hash: fill(5, 32),
			Height: 42, Time: at, NextValidatorsHash: fill(3, 32), ProposerAddress: fill(4, 20)}),
	}
	responses := map[string]*abci.Response{
		"echo":      abci.ToResponseEcho("è vero"),
		"flush":     abci.ToResponseFlush(),
		"exception": abci.ToResponseException("no"),
		"info":      abci.ToResponseInfo(&abci.ResponseInfo{Data: "tri", Version: "1", AppVersion: 3, LastBlockHeight: 300, LastBlockAppHash: fill(2, 32)}),
		"query":     abci.ToResponseQuery(&abci.ResponseQuery{Code: 1, Log: "not granted", Value: fill(1, 2), Height: 5, Codespace: "tri"}),
		"checkTx":   abci.ToResponseCheckTx(&abci.ResponseCheckTx{Code: 1, Log: "nonce-used", Codespace: "tri"}),
		"commit":    abci.ToResponseCommit(&abci.ResponseCommit{RetainHeight: 7}),
		"initChain": abci.ToResponseInitChain(&abci.ResponseInitChain{ConsensusParams: &params, AppHash: fill(2, 32)}),
		"listSnapshots": abci.ToResponseListSnapshots(&abci.ResponseListSnapshots{Snapshots: []*abci.Snapshot{
			{Height: 1000, Format: 1, Chunks: 3, Hash: fill(5, 32), Metadata: fill(6, 3)}}}),
		"offerSnapshot":      abci.ToResponseOfferSnapshot(&abci.ResponseOfferSnapshot{Result: abci.ResponseOfferSnapshot_REJECT_FORMAT}),
		"loadSnapshotChunk":  abci.ToResponseLoadSnapshotChunk(&abci.ResponseLoadSnapshotChunk{Chunk: fill(6, 5)}),
		"applySnapshotChunk": abci.ToResponseApplySnapshotChunk(&abci.ResponseApplySnapshotChunk{Result: abci.ResponseApplySnapshotChunk_RETRY, RejectSenders: []string{"ab"}}),
		"prepareProposal":    abci.ToResponsePrepareProposal(&abci.ResponsePrepareProposal{Txs: [][]byte{fill(1, 3), fill(2, 130)}}),
		"processProposal":    abci.ToResponseProcessProposal(&abci.ResponseProcessProposal{Status: abci.ResponseProcessProposal_REJECT}),
		"finalizeBlock": abci.ToResponseFinalizeBlock(&abci.ResponseFinalizeBlock{
			TxResults:        []*abci.ExecTxResult{{}, {Code: 1, Log: "nonce-used", Codespace: "tri"}},
			ValidatorUpdates: []abci.ValidatorUpdate{{PubKey: key, Power: 1}, {PubKey: key, Power: 0}},
			AppHash:          fill(2, 32)}),
	}
	var all []vector
	for name, m := range requests {
		all = append(all, vector{name, "request", framed(m)})
	}
	for name, m := range responses {
		all = append(all, vector{name, "response", framed(m)})
	}
	// By kind and name, so that the file is the same after each run.
	for i := range all {
		for j := i + 1; j < len(all); j++ {
			if all[j].Kind+all[j].Name < all[i].Kind+all[i].Name {
				all[i], all[j] = all[j], all[i]
			}
		}
	}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(all); err != nil {
		panic(err)
	}
}
