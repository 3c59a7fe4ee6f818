#include "http/addresses.h"

#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* uthash ends the process when memory is out, unless told otherwise. */
#define HASH_NONFATAL_OOM 1
#include <uthash.h>

typedef struct AddressKey {
    unsigned char bytes[16]; /* an IPv4 address in its first four, or an IPv6 /64 in its first eight */
    unsigned family;
} AddressKey;

struct AddressEntry {
    AddressKey key;
    long count;
    UT_hash_handle hh;
};

struct Addresses {
    pthread_mutex_t lock;
    AddressEntry *entries;
    long total, max_total, max_each;
};

Addresses *addresses_new(long max_total, long max_each)
{
    Addresses *addresses = calloc(1, sizeof *addresses);
    if (!addresses) return NULL;
    pthread_mutex_init(&addresses->lock, NULL);
    addresses->max_total = max_total;
    addresses->max_each = max_each;
    return addresses;
}

void addresses_free(Addresses *addresses)
{
    if (!addresses) return;
    AddressEntry *entry, *next;
    HASH_ITER(hh, addresses->entries, entry, next)
    {
        HASH_DEL(addresses->entries, entry);
        free(entry);
    }
    pthread_mutex_destroy(&addresses->lock);
    free(addresses);
}

static AddressKey key_of(const struct sockaddr *peer)
{
    AddressKey key = {.family = peer->sa_family};
    if (peer->sa_family == AF_INET) {
        memcpy(key.bytes, &((const struct sockaddr_in *)peer)->sin_addr, 4);
    } else if (peer->sa_family == AF_INET6) {
        const struct in6_addr *address = &((const struct sockaddr_in6 *)peer)->sin6_addr;
        if (IN6_IS_ADDR_V4MAPPED(address)) {
            key.family = AF_INET;
            memcpy(key.bytes, address->s6_addr + 12, 4);
        } else {
            memcpy(key.bytes, address, 8);
        }
    }
    return key;
}

static AddressEntry *find_or_add(Addresses *addresses, const AddressKey *key)
{
    AddressEntry *entry = NULL;
    HASH_FIND(hh, addresses->entries, key, sizeof *key, entry);
    if (entry) return entry;
    entry = calloc(1, sizeof *entry);
    if (!entry) return NULL;
    entry->key = *key;
    HASH_ADD(hh, addresses->entries, key, sizeof entry->key, entry);
    if (!entry->hh.tbl) {
        free(entry);
        return NULL;
    }
    return entry;
}

int addresses_enter(Addresses *addresses, const struct sockaddr *peer, AddressEntry **entry)
{
    AddressKey key = key_of(peer);
    int result = 0;
    pthread_mutex_lock(&addresses->lock);
    *entry = NULL;
    if (addresses->total >= addresses->max_total) {
        result = -EUSERS;
    } else if (!(*entry = find_or_add(addresses, &key))) {
        result = -ENOMEM;
    } else if ((*entry)->count >= addresses->max_each) {
        result = -EDQUOT;
    } else {
        (*entry)->count++;
        addresses->total++;
    }
    pthread_mutex_unlock(&addresses->lock);
    return result;
}

void addresses_leave(Addresses *addresses, AddressEntry *entry)
{
    pthread_mutex_lock(&addresses->lock);
    addresses->total--;
    if (--entry->count == 0) {
        HASH_DEL(addresses->entries, entry);
        free(entry);
    }
    pthread_mutex_unlock(&addresses->lock);
}
