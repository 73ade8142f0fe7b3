// open FROM TO | follow [CURSOR] | webhook. SMS_PROXY_URL, SMS_PROXY_KEY, WEBHOOK_SECRET, PORT.
package main

import (
	"bufio"
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"
)

const (
	tries     = 4
	tolerance = 5 * time.Minute
	bodyMax   = 1 << 20
)

func ask(method, path string, body []byte, headers map[string]string) (*http.Response, error) {
	request, err := http.NewRequest(method, os.Getenv("SMS_PROXY_URL")+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "Bearer "+os.Getenv("SMS_PROXY_KEY"))
	for name, value := range headers {
		request.Header.Set(name, value)
	}
	return http.DefaultClient.Do(request)
}

func passes(status int) bool { return status == 429 || status >= 500 }

func detailOf(response *http.Response) string {
	var problem struct{ Detail string }
	_ = json.NewDecoder(response.Body).Decode(&problem)
	return response.Status + ": " + problem.Detail
}

func open(from, to string) {
	body, _ := json.Marshal(map[string]any{"participants": []map[string]string{{"number": from}, {"number": to}}})
	// The same key for all tries: the conversation is opened once.
	key := make([]byte, 16)
	_, _ = rand.Read(key)
	headers := map[string]string{"Content-Type": "application/json", "Idempotency-Key": hex.EncodeToString(key)}
	for attempt := 1; ; attempt++ {
		response, err := ask("POST", "/v1/conversations", body, headers)
		if err == nil && response.StatusCode < 300 {
			var conversation struct {
				ID           string
				Participants []struct{ Number, VirtualNumber string }
			}
			if err := json.NewDecoder(response.Body).Decode(&conversation); err != nil {
				log.Fatal(err)
			}
			fmt.Println(conversation.ID)
			for _, participant := range conversation.Participants {
				fmt.Println(participant.Number, participant.VirtualNumber)
			}
			return
		}
		if err == nil && !passes(response.StatusCode) {
			log.Fatal(detailOf(response))
		}
		if attempt == tries {
			log.Fatal("no answer: ", err)
		}
		time.Sleep(time.Second << attempt)
	}
}

func follow(cursor string) {
	for ; ; time.Sleep(time.Second) {
		path := "/v1/events"
		if cursor != "" {
			path += "?after=" + url.QueryEscape(cursor)
		}
		response, err := ask("GET", path, nil, map[string]string{"Accept": "text/event-stream"})
		if err != nil {
			continue
		}
		if response.StatusCode != 200 {
			if !passes(response.StatusCode) {
				log.Fatal(detailOf(response))
			}
			response.Body.Close()
			continue
		}
		// The server says something every 15 seconds.
		silence := time.AfterFunc(45*time.Second, func() { response.Body.Close() })
		lines := bufio.NewScanner(response.Body)
		lines.Buffer(nil, bodyMax)
		for lines.Scan() {
			silence.Reset(45 * time.Second)
			field, value, _ := strings.Cut(lines.Text(), ": ")
			if field == "id" {
				cursor = value
			}
			var event struct{ Type, Subject, Cursor string }
			// An event has a type; the farewell of a server that ends has none.
			if field == "data" && json.Unmarshal([]byte(value), &event) == nil && event.Type != "" {
				fmt.Println(event.Type, event.Subject, event.Cursor)
			}
		}
		silence.Stop()
		response.Body.Close()
	}
}

func isSigned(secret []byte, headers http.Header, body []byte) bool {
	timestamp := headers.Get("webhook-timestamp")
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil || time.Since(time.Unix(seconds, 0)).Abs() > tolerance {
		return false
	}
	mac := hmac.New(sha256.New, secret)
	fmt.Fprintf(mac, "%s.%s.%s", headers.Get("webhook-id"), timestamp, body)
	expected := []byte("v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	for _, candidate := range strings.Split(headers.Get("webhook-signature"), " ") {
		if hmac.Equal(expected, []byte(candidate)) {
			return true
		}
	}
	return false
}

func webhook(port string) {
	secret, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(os.Getenv("WEBHOOK_SECRET"), "whsec_"))
	if err != nil || len(secret) == 0 {
		log.Fatal("WEBHOOK_SECRET is not whsec_ and base64")
	}
	http.HandleFunc("/", func(response http.ResponseWriter, request *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(response, request.Body, bodyMax))
		var event struct{ Type string }
		if err != nil || !isSigned(secret, request.Header, body) || json.Unmarshal(body, &event) != nil {
			response.WriteHeader(400)
			return
		}
		// Answer first and work later: who takes too long is asked again.
		response.WriteHeader(204)
		fmt.Println(request.Header.Get("webhook-id"), event.Type)
	})
	listener, err := net.Listen("tcp", "127.0.0.1:"+port)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("listening")
	log.Fatal(http.Serve(listener, nil))
}

func argument(at int) string {
	if len(os.Args) > at {
		return os.Args[at]
	}
	return ""
}

func main() {
	switch argument(1) {
	case "open":
		open(argument(2), argument(3))
	case "follow":
		follow(argument(2))
	case "webhook":
		port := os.Getenv("PORT")
		if port == "" {
			port = "8080"
		}
		webhook(port)
	default:
		log.Fatal("open FROM TO | follow [CURSOR] | webhook")
	}
}
