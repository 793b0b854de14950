-- The tables of the six models, and rows for the calls to find.
CREATE TABLE supplier (id INTEGER PRIMARY KEY, name TEXT NOT NULL, country TEXT);
CREATE TABLE account (
    id INTEGER PRIMARY KEY,
    account_manager TEXT NOT NULL,
    balance BIGINT,
    supplier_id BIGINT NOT NULL UNIQUE REFERENCES supplier (id)
);
CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL);
CREATE TABLE address (
    id INTEGER PRIMARY KEY,
    street TEXT NOT NULL,
    city TEXT NOT NULL,
    customer_id BIGINT NOT NULL UNIQUE REFERENCES customer (id)
);
CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    quantity BIGINT NOT NULL,
    is_paid BOOLEAN NOT NULL,
    customer_id BIGINT NOT NULL REFERENCES customer (id)
);
CREATE TABLE manufacturer (
    order_id BIGINT NOT NULL REFERENCES orders (id),
    supplier_id BIGINT NOT NULL REFERENCES supplier (id),
    PRIMARY KEY (order_id, supplier_id)
);

INSERT INTO supplier VALUES (1, 'Dwarfs', 'Nidavellir'), (2, 'Elves', 'Alfheim'), (3, 'Giants', NULL);
INSERT INTO account VALUES (1, 'Sindri', 100, 1), (2, 'Freyr', NULL, 2);
INSERT INTO customer VALUES (1, 'Thor', 'thor@asgard.example'), (2, 'Sif', 'sif@asgard.example');
INSERT INTO address VALUES (1, 'Bilskirnir 1', 'Thrudheim', 1);
INSERT INTO orders VALUES
    (1, 'hammer', 1, TRUE, 1), (2, 'belt', 2, FALSE, 1), (3, 'hair', 1, TRUE, 2), (4, 'comb', 3, FALSE, 2);
INSERT INTO manufacturer VALUES (1, 1), (2, 1), (3, 1), (3, 2);
