// Go's own HTTP server, without a framework.
package main

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
)

type simulateRequest struct {
	Seed  int64  `json:"seed"`
	Steps uint64 `json:"steps"`
}

type simulateResponse struct {
	Seed   int64  `json:"seed"`
	Steps  uint64 `json:"steps"`
	Result uint32 `json:"result"`
}

type healthResponse struct {
	Status string `json:"status"`
}

// One step is x → a·x + c modulo 2³¹; its powers of two are found by squaring.
func simulate(seed int64, steps uint64) uint32 {
	state, a, c := uint32(seed), uint32(1103515245), uint32(12345)
	for ; steps > 0; steps >>= 1 {
		if steps&1 == 1 {
			state = a*state + c
		}
		a, c = a*a, (a+1)*c
	}
	return state & 0x7fffffff
}

func answer(w http.ResponseWriter, body any) {
	bytes, err := json.Marshal(body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Write(bytes)
}

func main() {
	http.HandleFunc("/health", func(w http.ResponseWriter, r *http.Request) {
		answer(w, healthResponse{"ok"})
	})
	http.HandleFunc("/simulate", func(w http.ResponseWriter, r *http.Request) {
		input := simulateRequest{Steps: 10}
		if err := json.NewDecoder(r.Body).Decode(&input); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		answer(w, simulateResponse{input.Seed, input.Steps, simulate(input.Seed, input.Steps)})
	})
	listener, err := net.Listen("tcp", "127.0.0.1:"+os.Args[1])
	if err != nil {
		panic(err)
	}
	fmt.Printf("{\"message\":\"listening\",\"url\":\"http://%s\"}\n", listener.Addr())
	panic(http.Serve(listener, nil))
}
