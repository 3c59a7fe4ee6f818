#include "db/conninfo.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

static Conninfo *read_text(const char *text)
{
    Conninfo *conninfo = NULL;
    Error err = {""};
    if (conninfo_new(&conninfo, text, &err) < 0) fail_msg("%s", err.text);
    return conninfo;
}

static void assert_hosts(const Conninfo *conninfo, const char *host, const char *port)
{
    assert_string_equal(conninfo_get(conninfo, "host"), host);
    assert_string_equal(conninfo_get(conninfo, "port"), port);
}

static void hosts_are_turned_with_their_ports(void **state)
{
    (void)state;
    Conninfo *conninfo = read_text("postgresql://first:1,second:22,third:333/x");
    assert_hosts(conninfo, "first,second,third", "1,22,333");
    conninfo_next_host(conninfo);
    assert_hosts(conninfo, "second,third,first", "22,333,1");
    conninfo_next_host(conninfo);
    conninfo_next_host(conninfo);
    assert_hosts(conninfo, "first,second,third", "1,22,333");
    conninfo_free(conninfo);

    conninfo = read_text("host=a,b port=5433");
    conninfo_next_host(conninfo);
    assert_hosts(conninfo, "b,a", "5433");
    conninfo_free(conninfo);

    conninfo = read_text("host=alone port=1");
    conninfo_next_host(conninfo);
    assert_hosts(conninfo, "alone", "1");
    conninfo_free(conninfo);
}

static void our_values_are_added_but_do_not_win(void **state)
{
    (void)state;
    Conninfo *conninfo = read_text("dbname='a b' application_name=mine keepalives_idle=5");
    assert_string_equal(conninfo_get(conninfo, "application_name"), "mine");
    assert_string_equal(conninfo_get(conninfo, "client_encoding"), "UTF8");
    assert_string_equal(conninfo_get(conninfo, "dbname"), "a b");
    assert_string_equal(conninfo_get(conninfo, "keepalives_idle"), "5");
    assert_string_equal(conninfo_get(conninfo, "tcp_user_timeout"), "30000");
    assert_null(conninfo_get(conninfo, "host"));
    size_t count = 0;
    while (conninfo_keywords(conninfo)[count])
        assert_non_null(conninfo_values(conninfo)[count++]);
    assert_null(conninfo_values(conninfo)[count]);
    assert_int_equal(count, 7);
    conninfo_free(conninfo);
}

static void what_cannot_be_read_is_told(void **state)
{
    (void)state;
    static const char *const bad[] = {"host", "nosuch=1", "dbname='open", "postgresql://[::1", "postgresql://a/b?x=y"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        Conninfo *conninfo;
        Error err = {""};
        assert_int_equal(conninfo_new(&conninfo, bad[i], &err), -EINVAL);
        assert_non_null(strstr(err.text, "connection string cannot be read: "));
        assert_null(strchr(err.text, '\n'));
    }
}

static void passwords_are_left_out(void **state)
{
    (void)state;
    static const char *const shown[][2] = {
        {"host=a dbname=b", "host=a dbname=b"},
        {"host=a password=secret dbname='b c'", "dbname='b c' host='a'"},
        {"postgresql://u:secret@h:1,i:2/d?sslpassword=secret&sslmode=require",
         "user='u' dbname='d' host='h,i' port='1,2' sslmode='require'"},
        {"user='it''s' password='se cret'", NULL},
        {"user='it\\'s' password='se \\'cret'", "user='it\\'s'"},
    };
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
        char *text = conninfo_without_passwords(shown[i][0]);
        if (shown[i][1])
            assert_string_equal(text, shown[i][1]);
        else
            assert_null(text);
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hosts_are_turned_with_their_ports),
        cmocka_unit_test(our_values_are_added_but_do_not_win),
        cmocka_unit_test(what_cannot_be_read_is_told),
        cmocka_unit_test(passwords_are_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
