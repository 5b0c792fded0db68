BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num TEXT NOT NULL, 
	PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE blobs (
	hash TEXT NOT NULL, 
	touched DOUBLE NOT NULL, 
	body BLOB NOT NULL, 
	PRIMARY KEY (hash)
);
CREATE TABLE contents (
	id TEXT NOT NULL, 
	owner TEXT NOT NULL, 
	created DOUBLE NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (id)
);
CREATE TABLE conversations (
	id TEXT NOT NULL, 
	owner TEXT NOT NULL, 
	created DOUBLE NOT NULL, 
	updated DOUBLE NOT NULL, 
	epoch TEXT NOT NULL, 
	seq BIGINT NOT NULL, 
	pruned BIGINT NOT NULL, 
	leaf TEXT, 
	PRIMARY KEY (id)
);
INSERT INTO "conversations" VALUES('c_e86305131902467b22144d74','local',1.79527982409699916844e+09,1.79527982450987339023e+09,'8041bfb36645',19,0,'m_TZ3v0MNqYZ8Z3v5M');
INSERT INTO "conversations" VALUES('c_a937783a144a4c7ce035ed3b','local',1.79527982457735943789e+09,1.79527982465639925004e+09,'17e0abaf5a35',6,0,'m_ESVW1VyNZPwTFrtJ');
INSERT INTO "conversations" VALUES('c_88f8b2cbdc5c98af86d9e749','local',1.79527982497526288029e+09,1.79527982506586503987e+09,'7b5be93ad5b7',5,0,'m_eDUW7sDozao81S-A');
INSERT INTO "conversations" VALUES('c_acab40c1534aeed425d3861b','stranger',1.79527982516025686266e+09,1.79527982520197105405e+09,'6dc9f021952c',6,0,'m_MGtlKVLQd7OIOeUG');
INSERT INTO "conversations" VALUES('c_471e262331cb515762db587c','local',1.79527982524479866027e+09,1.79527982528267884259e+09,'7ec70995f4a1',4,0,'m_SQFNqke0yI5YajVz');
CREATE TABLE events (
	"row" INTEGER NOT NULL, 
	conversation TEXT NOT NULL, 
	seq BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY ("row"), 
	UNIQUE (conversation, seq)
);
INSERT INTO "events" VALUES(1,'c_e86305131902467b22144d74',1,'{"type":"message","node":{"id":"u1","parent":null,"message":{"role":"user","content":"What is the capital of Norway?\nI need it for a quiz."},"status":"done","created":1795279823.9924808,"finished":1795279823.9924808}}');
INSERT INTO "events" VALUES(2,'c_e86305131902467b22144d74',2,'{"type":"run","run":{"id":"r_701ea3b7838e99f56197","parent":"u1","state":"running","trigger":"new","created":1795279823.9925117}}');
INSERT INTO "events" VALUES(3,'c_e86305131902467b22144d74',3,'{"type":"message","node":{"id":"m_8Sr-fsh5DsCut3nQ","parent":"u1","message":{"content":"You said: ","role":"assistant"},"status":"streaming","created":1795279824.0892982,"run":"r_701ea3b7838e99f56197"}}');
INSERT INTO "events" VALUES(4,'c_e86305131902467b22144d74',4,'{"type":"delta","id":"m_8Sr-fsh5DsCut3nQ","delta":{"append":{"content":"What is the capital of Norway?\nI need it for a quiz."}}}');
INSERT INTO "events" VALUES(5,'c_e86305131902467b22144d74',5,'{"type":"finish","id":"m_8Sr-fsh5DsCut3nQ","status":"done","at":1795279824.0959244,"length":62}');
INSERT INTO "events" VALUES(6,'c_e86305131902467b22144d74',6,'{"type":"run","run":{"id":"r_701ea3b7838e99f56197","parent":"u1","state":"ended","trigger":"new","created":1795279823.9925117,"end":"done"}}');
INSERT INTO "events" VALUES(7,'c_e86305131902467b22144d74',7,'{"type":"message","node":{"id":"u2","parent":"m_8Sr-fsh5DsCut3nQ","message":{"role":"user","content":"And of Sweden?"},"status":"done","created":1795279824.32734,"finished":1795279824.32734}}');
INSERT INTO "events" VALUES(8,'c_e86305131902467b22144d74',8,'{"type":"run","run":{"id":"r_1081c378a35def73fbda","parent":"u2","state":"running","trigger":"new","created":1795279824.3283238}}');
INSERT INTO "events" VALUES(9,'c_e86305131902467b22144d74',9,'{"type":"message","node":{"id":"m_R-Z0fBoEMEgUFhkn","parent":"u2","message":{"content":"You said: ","role":"assistant"},"status":"streaming","created":1795279824.3578868,"run":"r_1081c378a35def73fbda"}}');
INSERT INTO "events" VALUES(10,'c_e86305131902467b22144d74',10,'{"type":"delta","id":"m_R-Z0fBoEMEgUFhkn","delta":{"append":{"content":"And of Sweden?"}}}');
INSERT INTO "events" VALUES(11,'c_e86305131902467b22144d74',11,'{"type":"finish","id":"m_R-Z0fBoEMEgUFhkn","status":"done","at":1795279824.3585591,"length":24}');
INSERT INTO "events" VALUES(12,'c_e86305131902467b22144d74',12,'{"type":"run","run":{"id":"r_1081c378a35def73fbda","parent":"u2","state":"ended","trigger":"new","created":1795279824.3283238,"end":"done"}}');
INSERT INTO "events" VALUES(13,'c_e86305131902467b22144d74',13,'{"type":"select","leaf":"m_8Sr-fsh5DsCut3nQ"}');
INSERT INTO "events" VALUES(14,'c_e86305131902467b22144d74',14,'{"type":"message","node":{"id":"u3","parent":"m_8Sr-fsh5DsCut3nQ","message":{"role":"user","content":"And of Finland?"},"status":"done","created":1795279824.4892898,"finished":1795279824.4892898}}');
INSERT INTO "events" VALUES(15,'c_e86305131902467b22144d74',15,'{"type":"run","run":{"id":"r_c69cd84e63f38eb1eb85","parent":"u3","state":"running","trigger":"edit","created":1795279824.5024858}}');
INSERT INTO "events" VALUES(16,'c_e86305131902467b22144d74',16,'{"type":"message","node":{"id":"m_TZ3v0MNqYZ8Z3v5M","parent":"u3","message":{"content":"You said: ","role":"assistant"},"status":"streaming","created":1795279824.5076709,"run":"r_c69cd84e63f38eb1eb85"}}');
INSERT INTO "events" VALUES(17,'c_e86305131902467b22144d74',17,'{"type":"delta","id":"m_TZ3v0MNqYZ8Z3v5M","delta":{"append":{"content":"And of Finland?"}}}');
INSERT INTO "events" VALUES(18,'c_e86305131902467b22144d74',18,'{"type":"finish","id":"m_TZ3v0MNqYZ8Z3v5M","status":"done","at":1795279824.5080435,"length":25}');
INSERT INTO "events" VALUES(19,'c_e86305131902467b22144d74',19,'{"type":"run","run":{"id":"r_c69cd84e63f38eb1eb85","parent":"u3","state":"ended","trigger":"edit","created":1795279824.5024858,"end":"done"}}');
INSERT INTO "events" VALUES(20,'c_a937783a144a4c7ce035ed3b',1,'{"type":"message","node":{"id":"u4","parent":null,"message":{"role":"user","content":"Grüße aus Köln, schöne Straße!"},"status":"done","created":1795279824.5646136,"finished":1795279824.5646136}}');
INSERT INTO "events" VALUES(21,'c_a937783a144a4c7ce035ed3b',2,'{"type":"run","run":{"id":"r_47d144ae520228e1e874","parent":"u4","state":"running","trigger":"new","created":1795279824.5646477}}');
INSERT INTO "events" VALUES(22,'c_a937783a144a4c7ce035ed3b',3,'{"type":"message","node":{"id":"m_ESVW1VyNZPwTFrtJ","parent":"u4","message":{"content":"You said: ","role":"assistant"},"status":"streaming","created":1795279824.5965087,"run":"r_47d144ae520228e1e874"}}');
INSERT INTO "events" VALUES(23,'c_a937783a144a4c7ce035ed3b',4,'{"type":"delta","id":"m_ESVW1VyNZPwTFrtJ","delta":{"append":{"content":"Grüße aus Köln, schöne Straße!"}}}');
INSERT INTO "events" VALUES(24,'c_a937783a144a4c7ce035ed3b',5,'{"type":"finish","id":"m_ESVW1VyNZPwTFrtJ","status":"done","at":1795279824.597488,"length":40}');
INSERT INTO "events" VALUES(25,'c_a937783a144a4c7ce035ed3b',6,'{"type":"run","run":{"id":"r_47d144ae520228e1e874","parent":"u4","state":"ended","trigger":"new","created":1795279824.5646477,"end":"done"}}');
INSERT INTO "events" VALUES(26,'c_88f8b2cbdc5c98af86d9e749',1,'{"type":"message","node":{"id":"u5","parent":null,"message":{"role":"user","content":[{"type":"attachment","attachment":{"id":"f_5dviLtEftXm3RSv8yeNWsg","name":"notes.txt","type":"text/plain","size":18}}]},"status":"done","created":1795279824.945482,"finished":1795279824.945482}}');
INSERT INTO "events" VALUES(27,'c_88f8b2cbdc5c98af86d9e749',2,'{"type":"run","run":{"id":"r_7f4623a6cf23f5aae4d6","parent":"u5","state":"running","trigger":"new","created":1795279824.945516}}');
INSERT INTO "events" VALUES(28,'c_88f8b2cbdc5c98af86d9e749',3,'{"type":"message","node":{"id":"m_eDUW7sDozao81S-A","parent":"u5","message":{"content":"You said: ","role":"assistant"},"status":"streaming","created":1795279825.0524714,"run":"r_7f4623a6cf23f5aae4d6"}}');
INSERT INTO "events" VALUES(29,'c_88f8b2cbdc5c98af86d9e749',4,'{"type":"finish","id":"m_eDUW7sDozao81S-A","status":"done","at":1795279825.056439,"length":10}');
INSERT INTO "events" VALUES(30,'c_88f8b2cbdc5c98af86d9e749',5,'{"type":"run","run":{"id":"r_7f4623a6cf23f5aae4d6","parent":"u5","state":"ended","trigger":"new","created":1795279824.945516,"end":"done"}}');
INSERT INTO "events" VALUES(31,'c_acab40c1534aeed425d3861b',1,'{"type":"message","node":{"id":"u6","parent":null,"message":{"role":"user","content":"A stranger''s words"},"status":"done","created":1795279825.1184325,"finished":1795279825.1184325}}');
INSERT INTO "events" VALUES(32,'c_acab40c1534aeed425d3861b',2,'{"type":"run","run":{"id":"r_fc3911c409abe524cae3","parent":"u6","state":"running","trigger":"new","created":1795279825.1184645}}');
INSERT INTO "events" VALUES(33,'c_acab40c1534aeed425d3861b',3,'{"type":"message","node":{"id":"m_MGtlKVLQd7OIOeUG","parent":"u6","message":{"content":"You said: ","role":"assistant"},"status":"streaming","created":1795279825.1717668,"run":"r_fc3911c409abe524cae3"}}');
INSERT INTO "events" VALUES(34,'c_acab40c1534aeed425d3861b',4,'{"type":"delta","id":"m_MGtlKVLQd7OIOeUG","delta":{"append":{"content":"A stranger''s words"}}}');
INSERT INTO "events" VALUES(35,'c_acab40c1534aeed425d3861b',5,'{"type":"finish","id":"m_MGtlKVLQd7OIOeUG","status":"done","at":1795279825.1997504,"length":28}');
INSERT INTO "events" VALUES(36,'c_acab40c1534aeed425d3861b',6,'{"type":"run","run":{"id":"r_fc3911c409abe524cae3","parent":"u6","state":"ended","trigger":"new","created":1795279825.1184645,"end":"done"}}');
INSERT INTO "events" VALUES(37,'c_471e262331cb515762db587c',1,'{"type":"message","node":{"id":"u7","parent":null,"message":{"role":"user","content":"wait for it"},"status":"done","created":1795279825.2348442,"finished":1795279825.2348442}}');
INSERT INTO "events" VALUES(38,'c_471e262331cb515762db587c',2,'{"type":"run","run":{"id":"r_f8113500d1a67c6652bf","parent":"u7","state":"running","trigger":"new","created":1795279825.234875}}');
INSERT INTO "events" VALUES(39,'c_471e262331cb515762db587c',3,'{"type":"message","node":{"id":"m_SQFNqke0yI5YajVz","parent":"u7","message":{"content":"You said: ","role":"assistant"},"status":"streaming","created":1795279825.2603576,"run":"r_f8113500d1a67c6652bf"}}');
INSERT INTO "events" VALUES(40,'c_471e262331cb515762db587c',4,'{"type":"delta","id":"m_SQFNqke0yI5YajVz","delta":{"append":{"content":"half of"}}}');
CREATE TABLE files (
	id TEXT NOT NULL, 
	owner TEXT NOT NULL, 
	blob TEXT NOT NULL, 
	size BIGINT NOT NULL, 
	created DOUBLE NOT NULL, 
	touched DOUBLE NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "files" VALUES('f_5dviLtEftXm3RSv8yeNWsg','local','3045cf9aed6ab4478e189996f0fbfedc6635a2d61f8b47959779cdd5dbb1ef14',18,1.79527982472433185576e+09,1.79527982484218525888e+09,'{"id":"f_5dviLtEftXm3RSv8yeNWsg","name":"notes.txt","type":"text/plain","size":18}');
CREATE TABLE messages (
	conversation TEXT NOT NULL, 
	id TEXT NOT NULL, 
	place BIGINT NOT NULL, 
	seq BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (conversation, id)
);
INSERT INTO "messages" VALUES('c_e86305131902467b22144d74','u1',1,1,'{"id":"u1","parent":null,"message":{"role":"user","content":"What is the capital of Norway?\nI need it for a quiz."},"status":"done","created":1795279823.9924808,"finished":1795279823.9924808}');
INSERT INTO "messages" VALUES('c_e86305131902467b22144d74','m_8Sr-fsh5DsCut3nQ',3,5,'{"id":"m_8Sr-fsh5DsCut3nQ","parent":"u1","message":{"content":"You said: What is the capital of Norway?\nI need it for a quiz.","role":"assistant"},"status":"done","created":1795279824.0892982,"run":"r_701ea3b7838e99f56197","finished":1795279824.0959244}');
INSERT INTO "messages" VALUES('c_e86305131902467b22144d74','u2',7,7,'{"id":"u2","parent":"m_8Sr-fsh5DsCut3nQ","message":{"role":"user","content":"And of Sweden?"},"status":"done","created":1795279824.32734,"finished":1795279824.32734}');
INSERT INTO "messages" VALUES('c_e86305131902467b22144d74','m_R-Z0fBoEMEgUFhkn',9,11,'{"id":"m_R-Z0fBoEMEgUFhkn","parent":"u2","message":{"content":"You said: And of Sweden?","role":"assistant"},"status":"done","created":1795279824.3578868,"run":"r_1081c378a35def73fbda","finished":1795279824.3585591}');
INSERT INTO "messages" VALUES('c_e86305131902467b22144d74','u3',14,14,'{"id":"u3","parent":"m_8Sr-fsh5DsCut3nQ","message":{"role":"user","content":"And of Finland?"},"status":"done","created":1795279824.4892898,"finished":1795279824.4892898}');
INSERT INTO "messages" VALUES('c_e86305131902467b22144d74','m_TZ3v0MNqYZ8Z3v5M',16,18,'{"id":"m_TZ3v0MNqYZ8Z3v5M","parent":"u3","message":{"content":"You said: And of Finland?","role":"assistant"},"status":"done","created":1795279824.5076709,"run":"r_c69cd84e63f38eb1eb85","finished":1795279824.5080435}');
INSERT INTO "messages" VALUES('c_a937783a144a4c7ce035ed3b','u4',1,1,'{"id":"u4","parent":null,"message":{"role":"user","content":"Grüße aus Köln, schöne Straße!"},"status":"done","created":1795279824.5646136,"finished":1795279824.5646136}');
INSERT INTO "messages" VALUES('c_a937783a144a4c7ce035ed3b','m_ESVW1VyNZPwTFrtJ',3,5,'{"id":"m_ESVW1VyNZPwTFrtJ","parent":"u4","message":{"content":"You said: Grüße aus Köln, schöne Straße!","role":"assistant"},"status":"done","created":1795279824.5965087,"run":"r_47d144ae520228e1e874","finished":1795279824.597488}');
INSERT INTO "messages" VALUES('c_88f8b2cbdc5c98af86d9e749','u5',1,1,'{"id":"u5","parent":null,"message":{"role":"user","content":[{"type":"attachment","attachment":{"id":"f_5dviLtEftXm3RSv8yeNWsg","name":"notes.txt","type":"text/plain","size":18}}]},"status":"done","created":1795279824.945482,"finished":1795279824.945482}');
INSERT INTO "messages" VALUES('c_88f8b2cbdc5c98af86d9e749','m_eDUW7sDozao81S-A',3,4,'{"id":"m_eDUW7sDozao81S-A","parent":"u5","message":{"content":"You said: ","role":"assistant"},"status":"done","created":1795279825.0524714,"run":"r_7f4623a6cf23f5aae4d6","finished":1795279825.056439}');
INSERT INTO "messages" VALUES('c_acab40c1534aeed425d3861b','u6',1,1,'{"id":"u6","parent":null,"message":{"role":"user","content":"A stranger''s words"},"status":"done","created":1795279825.1184325,"finished":1795279825.1184325}');
INSERT INTO "messages" VALUES('c_acab40c1534aeed425d3861b','m_MGtlKVLQd7OIOeUG',3,5,'{"id":"m_MGtlKVLQd7OIOeUG","parent":"u6","message":{"content":"You said: A stranger''s words","role":"assistant"},"status":"done","created":1795279825.1717668,"run":"r_fc3911c409abe524cae3","finished":1795279825.1997504}');
INSERT INTO "messages" VALUES('c_471e262331cb515762db587c','u7',1,1,'{"id":"u7","parent":null,"message":{"role":"user","content":"wait for it"},"status":"done","created":1795279825.2348442,"finished":1795279825.2348442}');
INSERT INTO "messages" VALUES('c_471e262331cb515762db587c','m_SQFNqke0yI5YajVz',3,3,'{"id":"m_SQFNqke0yI5YajVz","parent":"u7","message":{"content":"You said: ","role":"assistant"},"status":"streaming","created":1795279825.2603576,"run":"r_f8113500d1a67c6652bf"}');
CREATE TABLE runs (
	id TEXT NOT NULL, 
	conversation TEXT NOT NULL, 
	worker TEXT NOT NULL, 
	lease DOUBLE NOT NULL, 
	stop BOOLEAN NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "runs" VALUES('r_f8113500d1a67c6652bf','c_471e262331cb515762db587c','28d5362a277a0c51',1.79527983024361610414e+09,0,'{"id":"r_f8113500d1a67c6652bf","parent":"u7","state":"running","trigger":"new","created":1795279825.234875}');
CREATE TABLE secrets (
	name TEXT NOT NULL, 
	value TEXT NOT NULL, 
	PRIMARY KEY (name)
);
CREATE TABLE uses (
	file TEXT NOT NULL, 
	conversation TEXT NOT NULL, 
	message TEXT NOT NULL, 
	PRIMARY KEY (file, conversation, message)
);
INSERT INTO "uses" VALUES('f_5dviLtEftXm3RSv8yeNWsg','c_88f8b2cbdc5c98af86d9e749','u5');
CREATE INDEX ix_conversations_owner ON conversations (owner);
CREATE INDEX ix_runs_conversation ON runs (conversation);
CREATE INDEX ix_files_owner ON files (owner);
CREATE INDEX ix_files_blob ON files (blob);
COMMIT;
